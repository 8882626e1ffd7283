"""Open the cashier for many at once: their attempts to pay are written down together.

    attempt, openid = await cashier.intend(work, actor, Wanted(person, order, mchid, appid, app))

An order with a living attempt, a new one, or nothing unusual goes with the others; any other is told by
`payment.intend` in a unit of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yumen.customer import identity
from yumen.customer.orders import cashier_store as store
from yumen.customer.orders import payment
from yumen.customer.orders.lanes import Together
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.payment_store import Payment
from yumen.customer.orders.store import Purchase
from yumen.kit.errors import Problem
from yumen.kit.ids import AppKey, SubjectId
from yumen.kit.lane import RETRY_ALONE, Skipped
from yumen.kit.work import Actor, UnitOfWork, Work


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to pay which order, by which merchant, in which app."""

    person: SubjectId
    order: str
    mchid: str
    appid: str
    app: AppKey


Intent = tuple[Payment, str]
"""The attempt, and the payer's openid in its app."""


async def intend(work: Work, actor: Actor, wanted: Wanted) -> Intent:
    """The living attempt of the order, or a new one. Raises `order.not_found`, `payment.not_payable`,
    `subject.not_named`."""
    together = await work.use(Shop).lanes.of(Intending, work).do(actor.handler, wanted)
    if together is not None:
        return together
    async with work.begin(actor, pipelined=True) as uow:
        attempt = await payment.intend(uow, wanted.person, wanted.order, wanted.mchid, wanted.appid)
        return attempt, await identity.openid_of(uow, wanted.person, wanted.app)


class Intending(Together[Wanted, Intent | None]):
    """Attempts of this process; None for what is not plain."""

    step = 1

    async def batch(self, uow: UnitOfWork, items: Sequence[Wanted]) -> Sequence[Intent | Skipped | None]:
        """An order that comes twice is tried once more by itself."""
        names = await identity.ask_openids(uow, [(one.person, one.app) for one in items])
        held = await store.lock_orders(uow.conn, uow.handler, [one.order for one in items])
        openids = await identity.read_openids(uow, names)
        chosen = {one.order: _chosen(uow, one, held) for one in reversed(items)}
        named = [chosen[one.order] for one in items if (one.person, one.app) in openids]
        fresh = {one.order: one for one in named if one is not None and not one.description}
        described: Mapping[str, Payment] = {}
        if fresh:
            asked_at = uow.now + payment.FIRST_QUESTION
            described = await store.insert(uow.conn, list(fresh.values()), asked_at, uow.now)
        seen, outcomes = set[str](), list[Intent | Skipped | None]()
        for one in items:
            attempt, openid = chosen[one.order], openids.get((one.person, one.app))
            if one.order in seen:
                outcomes.append(RETRY_ALONE)
            elif attempt is None or openid is None:
                outcomes.append(None)
            else:
                outcomes.append((described.get(attempt.id, attempt), openid))
            seen.add(one.order)
        return outcomes


def _chosen(uow: UnitOfWork, wanted: Wanted, held: Mapping[str, tuple[Purchase, list[Payment]]]) -> Payment | None:
    """The attempt to answer with, a new one without its description; None for an order that is not plain."""
    order, attempts = held.get(wanted.order, (None, []))
    if order is None or order.subject != wanted.person:
        return None
    try:
        return payment.chosen(uow, order, attempts, wanted.mchid, wanted.appid)
    except Problem:
        return None
