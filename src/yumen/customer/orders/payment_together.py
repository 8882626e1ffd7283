"""Book many notified payments at once: those of orders that wait for exactly this payment, and nothing unusual.

    if not await shop.lanes.of(Paying, work).do(handler, told): …          # `payment.report`, in a unit of its own

A payment that is late, known, unfit, twice, without stock or with a coupon is not plain: `payment.report` tells it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.customer.orders import payment, progress
from yumen.customer.orders import payment_together_store as store
from yumen.customer.orders.events import OrderPaid
from yumen.customer.orders.lanes import Together
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.payment_together_store import Held, Paid
from yumen.customer.orders.states import Act, State
from yumen.kit.errors import Problem
from yumen.kit.lane import RETRY_ALONE, Skipped
from yumen.kit.work import ActorKind, UnitOfWork
from yumen.security import trail
from yumen.wechat.pay import Transaction


class Paying(Together[Transaction, bool]):
    """Payments of this process; each answer says whether it is booked."""

    async def batch(self, uow: UnitOfWork, items: Sequence[Transaction]) -> Sequence[bool | Skipped]:
        return await book(uow, items)


async def book(uow: UnitOfWork, told: Sequence[Transaction]) -> Sequence[bool | Skipped]:
    """For each, whether it is booked; one that came twice here, or whose order did, is tried once more by itself.

    Stock is confirmed first and points are booked next; who falls out after that is told again by `payment.report`,
    which finds its stock confirmed.
    """
    held = await store.lock(uow.conn, uow.handler, [one.out_trade_no for one in told])
    twice = _twice(told, held)
    plain = {
        one.out_trade_no: one
        for at, one in enumerate(told)
        if at not in twice and _is_plain(held.get(one.out_trade_no), one)
    }
    orders = {number: held[number] for number in plain}
    shop = uow.use(Shop)
    there = await shop.goods.confirm_many(uow, [one.order.reservation for one in orders.values()]) if orders else ()
    bought = [
        progress.bought_of(uow, one.order, one.lines, plain[number].success_time)
        for number, one in orders.items()
        if one.order.reservation in there
    ]
    settled = await shop.rewards.settle_many(uow, bought) if bought else ()
    paid = [_paid(uow, one, plain[number]) for number, one in orders.items() if one.order.id in settled]
    if paid:
        await store.pay(uow.conn, paid, uow.actor.id, uow.now)
    for one in paid:
        await uow.emit(OrderPaid(one.order.id, one.order.subject, uow.handler, one.order.total_fen))
    done = {one.payment for one in paid}
    return [RETRY_ALONE if at in twice else one.out_trade_no in done for at, one in enumerate(told)]


def _twice(told: Sequence[Transaction], held: Mapping[str, Held]) -> set[int]:
    """The places of those whose order came before in the same batch."""
    seen, twice = set[str](), set[int]()
    for at, one in enumerate(told):
        order = held[one.out_trade_no].order.id if one.out_trade_no in held else one.out_trade_no
        if order in seen:
            twice.add(at)
        seen.add(order)
    return twice


def _is_plain(held: Held | None, told: Transaction) -> bool:
    if held is None or not told.is_paid or told.success_time is None or held.attempt.transaction_id is not None:
        return False
    order = held.order
    try:
        payment.check(held.attempt, told)
    except Problem:
        return False
    return order.state is State.AWAITING_PAYMENT and not order.facts.paid_fen and not order.coupons


def _paid(uow: UnitOfWork, held: Held, told: Transaction) -> Paid:
    """What becomes of it by the one table of states, and its leaf. Raises `order.not_possible`."""
    order, attempt, at = held.order, held.attempt, told.success_time
    assert at is not None  # it is plain
    facts = progress.after(order, Act.PAY, ActorKind.SYSTEM, at, paid_fen=order.total_fen)
    said: dict[str, int | str] = {"order": order.id, "payment": attempt.id, "total_fen": order.total_fen}
    leaf = trail.encode(payment.PAID.name, uow.now, uow.actor, order.subject, said)
    return Paid(order, facts, attempt.id, told.transaction_id, at, leaf)
