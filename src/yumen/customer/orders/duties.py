"""What orders do by themselves: on events, and by the clock. Every job may run twice, and any time."""

from __future__ import annotations

import logging
from datetime import date
from functools import partial
from typing import Final

from yumen.customer import identity
from yumen.customer.orders import (
    after_sales,
    bill_store,
    claim_store,
    hooks,
    late,
    progress,
    reconciliation,
    refund_sending,
    refund_store,
    shipping,
    telling,
)
from yumen.customer.orders.events import OrderCancelled, OrderRefunded, ParcelSent, RefundAsked
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.shipping import Alarm
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.work import Work
from yumen.wechat import Mini
from yumen.wechat.pay import Pay

SEND_REFUND: Final = "orders.send_refund"
CLOSE_PAYMENTS: Final = "orders.close_payments"
TELL_PARCEL: Final = "orders.tell_parcel"
SETTLE_CLAIM: Final = "orders.settle_claim"
SWEEP: Final = "orders.sweep"
WATCH_SHIPPING: Final = "orders.watch_shipping"
GROW_OLD: Final = "orders.grow_old"
REMIND: Final = "orders.remind_to_confirm"
RECONCILE: Final = "orders.reconcile"

BATCH_MAX: Final = 200

log = logging.getLogger("yumen.orders")


def register(jobs: Jobs, bus: Bus, alarm: Alarm) -> None:
    """Make the jobs known and wire them. Times are UTC: bills are there from 02:00 UTC (10:00 in Beijing)."""
    jobs.register(SEND_REFUND, send_refund_job)
    jobs.register(CLOSE_PAYMENTS, close_payments_job)
    jobs.register(TELL_PARCEL, tell_parcel_job)
    jobs.register(SETTLE_CLAIM, settle_claim_job)
    jobs.register(SWEEP, sweep_job, cron="* * * * * */15")
    jobs.register(WATCH_SHIPPING, partial(watch_shipping_job, alarm=alarm), cron="*/10 * * * *")
    jobs.register(GROW_OLD, grow_old_job, cron="20 * * * *")
    jobs.register(REMIND, remind_job, cron="5 2-12 * * *")
    jobs.register(RECONCILE, partial(reconcile_job, alarm=alarm), cron="15,45 2-14 * * *")
    bus.listen(RefundAsked, SEND_REFUND)
    bus.listen(OrderCancelled, CLOSE_PAYMENTS)
    bus.listen(ParcelSent, TELL_PARCEL)
    bus.listen(OrderRefunded, SETTLE_CLAIM)


async def send_refund_job(work: Work, args: Arguments) -> None:
    """Listener of `RefundAsked`; what cannot be sent now is taken up by the sweep."""
    await refund_sending.send(work, work.use(Pay), str(args["refund"]), _handler(args))


async def close_payments_job(work: Work, args: Arguments) -> None:
    """Listener of `OrderCancelled`; what stays open is closed by the sweep."""
    await late.close_attempts(work, work.use(Pay), str(args["order"]), _handler(args))


async def tell_parcel_job(work: Work, args: Arguments) -> None:
    """Listener of `ParcelSent`; WeChat may not know the payment yet, then the sweep tells it."""
    await telling.tell(work, work.use(Mini), str(args["parcel"]), _handler(args))


async def settle_claim_job(work: Work, args: Arguments) -> None:
    """Listener of `OrderRefunded`."""
    async with work.begin(progress.system(_handler(args))) as uow:
        await after_sales.settle(uow, str(args["order"]))


async def sweep_job(work: Work, args: Arguments) -> None:
    """Ask about payments and refunds, end what nobody paid, tell of parcels, let claims' clocks run out."""
    pay = work.use(Pay)
    await late.ask_due(work, pay)
    await late.end_unpaid(work, pay)
    await telling.tell_waiting(work, work.use(Mini))
    async with work.begin(progress.system(HandlerId(0))) as uow:
        refunds = await refund_store.list_due(uow.conn, uow.now, BATCH_MAX)
        claims = await claim_store.list_due(uow.conn, uow.now, BATCH_MAX)
    for refund, handler in refunds:
        await refund_sending.send(work, pay, refund, handler)
    for claim, handler in claims:
        async with work.begin(progress.system(handler)) as uow:
            await after_sales.run_out(uow, claim)


async def watch_shipping_job(work: Work, args: Arguments, *, alarm: Alarm) -> None:
    """Raise the alarms before WeChat's 48 hours are over."""
    for handler in work.use(identity.Apps).handlers():
        async with work.begin(progress.system(handler)) as uow:
            await shipping.watch(uow, alarm)


async def grow_old_job(work: Work, args: Arguments) -> None:
    await shipping.grow_old_due(work)


async def remind_job(work: Work, args: Arguments) -> None:
    """By day in China: remind shoppers to confirm what arrived."""
    await telling.remind(work, work.use(Mini))


async def reconcile_job(work: Work, args: Arguments, *, alarm: Alarm) -> None:
    """Compare the bills of the last days that were not compared yet.

    A bill that cannot be had or is damaged keeps no other back: it is tried again by the next run, and raises an alarm
    unless it is only not made yet.
    """
    pay = work.use(Pay)
    for merchant in pay.merchants.all():
        handler = hooks.handler_of(work, pay, merchant.mchid)
        days = reconciliation.days_due(work.clock.now())
        for day in days:
            try:
                await _compare(work, pay, merchant.mchid, handler, day)
            except (NotSent, Unsettled, Rejected, Problem) as failure:
                log.info("bill %s %s: %s", merchant.mchid, day, failure)
                if not reconciliation.may_wait(failure, day, days):
                    async with work.begin(progress.system(handler)) as uow:
                        await alarm(uow, reconciliation.UNREAD_ALARM, f"{merchant.mchid} {day}")


async def _compare(work: Work, pay: Pay, mchid: str, handler: HandlerId, day: date) -> None:
    """Once: a day that was compared is left as it is."""
    async with work.begin(progress.system(handler)) as uow:
        known = await bill_store.is_compared(uow.conn, mchid, day)
    if not known:
        fee_ppm = work.use(Shop).fee_ppm.get(mchid, reconciliation.FEE_PPM)
        await reconciliation.reconcile(work, pay, mchid, handler, day, fee_ppm)


def _handler(args: Arguments) -> HandlerId:
    return HandlerId(int(args["handler"] or 0))
