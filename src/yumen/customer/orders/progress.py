"""Move an order along its table: check, compute what it becomes, write it down with its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.orders import states, store
from yumen.customer.orders.neighbours import Bought
from yumen.customer.orders.states import Act, Facts, State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork

NOT_FOUND: Final = Code("order.not_found", 404)


def system(handler: HandlerId) -> Actor:
    """Who acts where nobody does: time, or WeChat Pay's word."""
    return Actor(ActorKind.SYSTEM, "orders", handler)


async def get(uow: UnitOfWork, order: str) -> Purchase:
    """Raises `order.not_found`, also for another handler's."""
    return _found(await store.find(uow.conn, uow.handler, order))


async def get_of(uow: UnitOfWork, person: SubjectId, order: str) -> Purchase:
    """The person's own order. Raises `order.not_found`."""
    return await _own(uow, person, _found(await store.find(uow.conn, uow.handler, order)))


async def lock(uow: UnitOfWork, order: str) -> Purchase:
    """Hold the order until commit. Raises `order.not_found`."""
    return _found(await store.lock(uow.conn, uow.handler, order))


async def lock_of(uow: UnitOfWork, person: SubjectId, order: str) -> Purchase:
    """Hold the person's own order until commit. Raises `order.not_found`."""
    return await _own(uow, person, await lock(uow, order))


async def move(
    uow: UnitOfWork,
    order: Purchase,
    act: Act,
    *,
    by: ActorKind | None = None,
    at: datetime | None = None,
    paid_fen: int | None = None,
    asked_fen: int = 0,
    refunded_fen: int = 0,
    settled: tuple[str, str] | None = None,
) -> Purchase:
    """Do one act on a locked order; `asked_fen` and `refunded_fen` are added. Raises `order.not_possible`.

    `at` is when it truly happened (a payment), else now. `settled` is the attempt that paid it and WeChat Pay's number
    of the transaction, written down with it.
    """
    when = at or uow.now
    facts = after(order, act, by or uow.actor.kind, when, paid_fen, asked_fen, refunded_fen)
    paid_at = when if act in (Act.PAY, Act.PAY_LATE) else order.paid_at
    await store.move(uow.conn, order, act, facts, paid_at, uow.actor.id, uow.now, settled)
    return replace(order, facts=facts, paid_at=paid_at)


def after(
    order: Purchase,
    act: Act,
    by: ActorKind,
    when: datetime,
    paid_fen: int | None = None,
    asked_fen: int = 0,
    refunded_fen: int = 0,
) -> Facts:
    """What the act makes of the order. Pure. Raises `order.not_possible`."""
    states.check(order.facts, act, by)
    facts = replace(
        order.facts,
        paid_fen=order.facts.paid_fen if paid_fen is None else paid_fen,
        refund_asked_fen=order.facts.refund_asked_fen + asked_fen,
        refunded_fen=order.facts.refunded_fen + refunded_fen,
    )
    match act:
        case Act.SHIP:
            facts = replace(facts, shipped_at=when)
        case Act.RECEIVE:
            facts = replace(facts, received_at=when)
        case Act.COMPLETE:
            facts = replace(facts, completed_at=when)
    return replace(facts, state=states.target(facts, act))


async def bought(uow: UnitOfWork, order: Purchase) -> Bought:
    """What the order came to, for the rewards."""
    return bought_of(uow, order, await store.list_lines(uow.conn, order.id))


def bought_of(uow: UnitOfWork, order: Purchase, lines: Sequence[LineRow], paid_at: datetime | None = None) -> Bought:
    """The same of an order whose lines are at hand, and perhaps the moment of a payment that is just being booked."""
    goods = tuple((line.category, line.sku, line.due_fen) for line in lines)
    return Bought(
        order.id,
        order.subject,
        goods,
        order.goods_fen,
        paid_at or order.paid_at or uow.now,
        order.coupons,
        order.points,
    )


async def own(uow: UnitOfWork, person: SubjectId, order: Purchase | None) -> Purchase:
    """The order if it is the person's. Raises `order.not_found`."""
    return await _own(uow, person, _found(order))


def is_paid(order: Purchase) -> bool:
    return order.paid_at is not None and order.state is not State.CANCELLED


async def family(uow: UnitOfWork, person: SubjectId) -> Sequence[SubjectId]:
    """Under which subjects the person's orders lie, after merges."""
    return await subjects.family(uow.conn, person)


async def _own(uow: UnitOfWork, person: SubjectId, order: Purchase) -> Purchase:
    if order.subject != person and order.subject not in await subjects.family(uow.conn, person):
        raise NOT_FOUND()
    return order


def _found(order: Purchase | None) -> Purchase:
    if order is None:
        raise NOT_FOUND()
    return order
