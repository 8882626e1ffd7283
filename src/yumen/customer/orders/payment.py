"""Have an order paid: intent, WeChat Pay's order, outcome; each its own unit, the network between them.

    attempt = await edge.once(… payment.intend(uow, …))       # unit: the attempt, its out_trade_no
    parameters = await payment.make_ready(work, pay, openid, attempt)  # network, then a unit: its prepay_id

An order is paid by verified truth only (`report`), which comes as a notification or as the answer to a query; it may
come twice, late, or for an order that is cancelled. What cannot be used goes back by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from yumen.customer.orders import checkout, payment_store, progress, refund, store
from yumen.customer.orders.events import OrderPaid
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.payment_store import Payment
from yumen.customer.orders.ready import Readying
from yumen.customer.orders.states import Act, State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.errors import Code, Rejected
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.work import ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Next, Pay, PaymentParameters, Transaction, next_of

NOT_PAYABLE: Final = Code("payment.not_payable", 409)
UNFIT: Final = Code("payment.report_unfit", 409)
"""What WeChat Pay reports does not fit the order: an incident, for staff."""

PAID: Final = trail.LeafKind("order.paid", "order", "payment", "total_fen")
LATE: Final = trail.LeafKind("order.paid_late", "order", "payment", "total_fen", "why")

FIRST_QUESTION: Final = timedelta(seconds=15)
PREPAY_LIFE: Final = timedelta(minutes=110)
"""WeChat Pay's prepay_id lives two hours; ours is renewed a little before."""
ATTEMPTS_MAX: Final = 10
CLOSE_GRACE: Final = timedelta(seconds=30)


async def settle_free(uow: UnitOfWork, order: Purchase) -> None:
    """An order of 0 fen is paid as soon as it is placed. The caller holds it."""
    if order.total_fen:
        raise NOT_PAYABLE(state=order.state.value)
    await _pay(uow, order, await store.list_lines(uow.conn, order.id), "free", uow.now)


async def intend(uow: UnitOfWork, person: SubjectId, order_id: str, mchid: str, appid: str) -> Payment:
    """The living attempt of the person's order, or a new one. Raises `order.not_found`, `payment.not_payable`."""
    order, attempts = await payment_store.lock_order(uow.conn, uow.handler, order_id)
    order = await progress.own(uow, person, order)
    attempt = chosen(uow, order, attempts, mchid, appid)
    if attempt.description:
        return attempt
    return await payment_store.insert(uow.conn, attempt, uow.now + FIRST_QUESTION, uow.now)


def chosen(uow: UnitOfWork, order: Purchase, attempts: Sequence[Payment], mchid: str, appid: str) -> Payment:
    """The living one of these attempts, or a new one that is not written down and has no description yet.

    Raises `payment.not_payable`.
    """
    if order.state is not State.AWAITING_PAYMENT or uow.now >= order.pay_by_at or not order.total_fen:
        raise NOT_PAYABLE(state=order.state.value)
    for attempt in attempts:
        if attempt.state in ("intended", "ready") and (attempt.appid, attempt.mchid) == (appid, mchid):
            return attempt
    if len(attempts) >= ATTEMPTS_MAX:
        raise NOT_PAYABLE(state="attempts")
    return Payment(
        new_id("pay"), order.id, uow.handler, appid, mchid, order.total_fen, "",
        order.pay_by_at, "intended", None, None, None, None, 0,
    )  # fmt: skip


async def make_ready(work: Work, pay: Pay, openid: str, attempt: Payment) -> PaymentParameters:
    """Order at WeChat Pay unless that is done; what the mini-program needs to open the cashier, signed afresh.

    `openid` is the payer's in the attempt's app. Raises `payment.not_payable` when that attempt cannot be paid any more
    (try again: a new one is made), NotSent, Unsettled.
    """
    now = work.clock.now()
    if attempt.prepay_id and attempt.prepay_at and now - attempt.prepay_at < PREPAY_LIFE:
        return await wechat_pay.payment_parameters(pay.line(attempt.mchid), attempt.appid, attempt.prepay_id)
    asked = wechat_pay.Order(
        attempt.appid, openid, attempt.id, attempt.description, attempt.amount_fen, attempt.expires_at
    )
    try:
        ready = await wechat_pay.prepay(pay, attempt.mchid, asked)
    except Rejected as refused:
        if next_of(refused) not in (Next.NEW_NUMBER, Next.ASK):
            raise
        await conclude(work, pay, attempt)
        raise NOT_PAYABLE(state="closed") from refused
    await work.use(Shop).lanes.of(Readying, work).do(attempt.handler, (attempt.id, ready.prepay_id))
    return ready.parameters


async def conclude(work: Work, pay: Pay, attempt: Payment) -> Transaction | None:
    """Close an attempt at WeChat Pay, then ask, since a payment may have been under way; write down which it was.

    Answers the payment if there was one. Raises NotSent, Unsettled: nothing is decided then.
    """
    try:
        await wechat_pay.close(pay, attempt.mchid, attempt.id)
    except Rejected as refused:
        if next_of(refused) not in (Next.ABSENT, Next.ASK, Next.NEW_NUMBER):
            raise
    found = await ask(pay, attempt)
    async with work.begin(progress.system(attempt.handler)) as uow:
        if found is not None and found.is_paid:
            await report(uow, found)
        else:
            await payment_store.note_closed(uow.conn, attempt.id)
    return found if found is not None and found.is_paid else None


async def ask(pay: Pay, attempt: Payment) -> Transaction | None:
    """The attempt as WeChat Pay has it; None when it has none. Raises NotSent, Unsettled, Rejected."""
    try:
        return await wechat_pay.query_by_out_trade_no(pay, attempt.mchid, attempt.id)
    except Rejected as refused:
        if next_of(refused) is Next.ABSENT:
            return None
        raise


async def ask_all(work: Work, pay: Pay, order: str, handler: HandlerId) -> None:
    """Ask about every attempt of an order that is not settled. Raises NotSent, Unsettled, Rejected."""
    actor = progress.system(handler)
    async with work.begin(actor) as uow:
        attempts = [one for one in await payment_store.list_of(uow.conn, order) if one.transaction_id is None]
    for attempt in attempts:
        found = await ask(pay, attempt)
        if found is not None and found.is_paid:
            async with work.begin(actor) as uow:
                await report(uow, found)


async def report(uow: UnitOfWork, told: Transaction) -> bool:
    """Take WeChat Pay's verified word that an attempt is paid; False when it was known. Any number of times.

    Raises `payment.report_unfit` when attempt, app, merchant, amount or currency are not what was asked.
    """
    order, lines = await store.lock_paid_by(uow.conn, uow.handler, told.out_trade_no)
    attempt = await payment_store.find(uow.conn, told.out_trade_no)
    if order is None or attempt is None:
        raise UNFIT(why="unknown")
    paid_at = told.success_time
    if not told.is_paid or paid_at is None:
        raise UNFIT(why="state")
    check(attempt, told)
    if attempt.transaction_id is not None:
        return False
    usable = order.state in (State.AWAITING_PAYMENT, State.CANCELLED) and order.facts.paid_fen == 0
    if usable and order.state is State.AWAITING_PAYMENT:
        await _pay(uow, order, lines, attempt.id, paid_at, told.transaction_id)
        return True
    state = "paid" if usable else "surplus"
    await payment_store.note_paid(uow.conn, attempt.id, state, told.transaction_id, paid_at)
    if not usable:
        await _give_back(uow, order, attempt, "surplus")
    else:
        order = await _paid_late(uow, order, attempt, Act.PAY_LATE, paid_at)
        await _give_back(uow, order, attempt, "late")
    return True


def check(attempt: Payment, told: Transaction) -> None:
    """Does the report fit what was asked? Raises `payment.report_unfit` with what does not."""
    facts = {
        "mchid": told.mchid == attempt.mchid,
        "appid": told.appid == attempt.appid,
        "amount": told.amount is not None and told.amount.total == attempt.amount_fen,
        "currency": told.amount is not None and told.amount.currency == "CNY",
        "transaction": bool(told.transaction_id)
        and (attempt.transaction_id is None or attempt.transaction_id == told.transaction_id),
    }
    for why, fits in facts.items():
        if not fits:
            raise UNFIT(why=why)


@recorded
async def _pay(
    uow: UnitOfWork,
    order: Purchase,
    lines: Sequence[LineRow],
    payment: str,
    paid_at: datetime,
    transaction: str | None = None,
) -> None:
    """The order is paid: its stock sold, its rewards booked. Without stock the money goes back by itself."""
    settled = None if transaction is None else (payment, transaction)
    order = await progress.move(
        uow, order, Act.PAY, by=ActorKind.SYSTEM, at=paid_at, paid_fen=order.total_fen, settled=settled
    )
    shop = uow.use(Shop)
    sold = await shop.goods.confirm(uow, order.reservation)
    await shop.rewards.settle(uow, progress.bought_of(uow, order, lines))
    await uow.emit(OrderPaid(order.id, order.subject, uow.handler, order.total_fen))
    await trail.record(uow, PAID.name, order.subject, order=order.id, payment=payment, total_fen=order.total_fen)
    if not sold and order.total_fen:
        await refund.ask(
            uow, order, order.total_fen, "sold_out", {line.number: line.quantity for line in lines}, restock=False
        )


@recorded
async def _paid_late(uow: UnitOfWork, order: Purchase, attempt: Payment, act: Act, paid_at: datetime) -> Purchase:
    moved = await progress.move(
        uow, order, act, by=ActorKind.SYSTEM, at=paid_at, paid_fen=order.total_fen, asked_fen=order.total_fen
    )
    await trail.record(
        uow, LATE.name, order.subject, order=order.id, payment=attempt.id, total_fen=order.total_fen, why="cancelled"
    )
    return moved


async def _give_back(uow: UnitOfWork, order: Purchase, attempt: Payment, cause: str) -> None:
    await refund.book(uow, order, attempt, attempt.amount_fen, cause, {}, surplus=cause == "surplus")


async def give_up(uow: UnitOfWork, order: str) -> bool:
    """Cancel an order whose time to pay is over; False when it is not awaiting payment any more, or not yet due."""
    held = await progress.lock(uow, order)
    if held.state is not State.AWAITING_PAYMENT or uow.now < held.pay_by_at:
        return False
    await checkout.cancel(uow, held, Act.EXPIRE, by=ActorKind.SYSTEM)
    return True
