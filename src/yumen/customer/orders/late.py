"""Find out about payments whose notification is late or lost, and end what nobody paid in time.

Every attempt that is not settled is asked about, quickly at first and then ever more seldom, and once more before it is
closed; so no payment is lost even when no notification ever comes.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from yumen.customer.orders import payment, payment_store, progress, store
from yumen.customer.orders.payment_store import Payment
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.ids import HandlerId
from yumen.kit.work import Work
from yumen.wechat.pay import Pay

BATCH_MAX: Final = 200
AGAIN_S: Final = (15, 15, 30, 60, 120, 300, 600)
"""Seconds between questions about one attempt; the last one repeats."""

log = logging.getLogger("yumen.orders")


async def ask_due(work: Work, pay: Pay) -> int:
    """Ask about every attempt that is due, at most `BATCH_MAX`; answers how many."""
    now = work.clock.now()
    async with work.begin(progress.system(HandlerId(0))) as uow:
        due = await payment_store.take_to_ask(uow.conn, now, now + timedelta(seconds=AGAIN_S[0]), BATCH_MAX)
    for attempt in due:
        await look(work, pay, attempt)
    return len(due)


async def look(work: Work, pay: Pay, attempt: Payment) -> None:
    """Ask about one attempt; past its time it is closed. What cannot be known now is asked again later."""
    actor = progress.system(attempt.handler)
    try:
        if work.clock.now() >= attempt.expires_at + payment.CLOSE_GRACE:
            await payment.conclude(work, pay, attempt)
            async with work.begin(actor) as uow:
                await payment.give_up(uow, attempt.order)
            return
        found = await payment.ask(pay, attempt)
        async with work.begin(actor) as uow:
            if found is not None and found.is_paid:
                await payment.report(uow, found)
            else:
                wait = timedelta(seconds=AGAIN_S[min(attempt.asked, len(AGAIN_S) - 1)])
                await payment_store.ask_at(uow.conn, attempt.id, uow.now + wait)
    except (NotSent, Unsettled, Rejected) as failure:
        log.info("payment %s: %s", attempt.id, failure)
    except Problem as unfit:
        if unfit.code is not payment.UNFIT:
            raise
        async with work.begin(actor) as uow:
            why = f"query.{unfit.facts['why']}"
            await payment_store.count_refused(uow.conn, attempt.mchid, shanghai_day(uow.now), why, uow.now)


async def end_unpaid(work: Work, pay: Pay) -> int:
    """End the orders whose time to pay is over, after their attempts are closed; answers how many were looked at."""
    async with work.begin(progress.system(HandlerId(0))) as uow:
        due = await store.list_unpaid(uow.conn, uow.now - payment.CLOSE_GRACE, BATCH_MAX)
    for order, handler in due:
        if await close_attempts(work, pay, order, handler):
            async with work.begin(progress.system(handler)) as uow:
                await payment.give_up(uow, order)
    return len(due)


async def close_attempts(work: Work, pay: Pay, order: str, handler: HandlerId) -> bool:
    """Close the living attempts of an order at WeChat Pay; False when the fate of one is unknown."""
    async with work.begin(progress.system(handler)) as uow:
        attempts = await payment_store.list_of(uow.conn, order)
    for attempt in attempts:
        if attempt.state in ("intended", "ready"):
            try:
                await payment.conclude(work, pay, attempt)
            except (NotSent, Unsettled, Rejected) as failure:
                log.info("payment %s: %s", attempt.id, failure)
                return False
    return True
