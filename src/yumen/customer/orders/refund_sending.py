"""Carry a refund to WeChat Pay: taken in a unit, sent or asked outside of one, its outcome written in another.

A process that dies in between leaves the refund `sent`, its fate unknown: the next one asks before it sends again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from yumen.customer.orders import progress, refund, refund_store
from yumen.customer.orders.refund_store import Refund
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.ids import HandlerId
from yumen.kit.work import Work
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Next, Pay, RefundOrder, next_of

WAIT_FIRST: Final = timedelta(seconds=30)
WAIT_MAX: Final = timedelta(minutes=30)
DOUBLINGS_MAX: Final = 6


async def send(work: Work, pay: Pay, refund_no: str, handler: HandlerId) -> bool:
    """Bring one refund a step further, if it is due; False when it was not. May be repeated at any time."""
    actor = progress.system(handler)
    now = work.clock.now()
    async with work.begin(actor) as uow:
        taken = await refund_store.take(uow.conn, refund_no, now, now + WAIT_FIRST)
        if taken is not None:
            await refund_store.note(uow.conn, taken.id, taken.state, now + wait_after(taken.sent))
    if taken is None:
        return False
    try:
        found = await (_first(pay, taken) if taken.before == "asked" else _asked(pay, taken))
    except NotSent:
        await _note(work, taken, taken.before)
    except Unsettled:
        return True
    except Rejected as refused:
        await _refused(work, taken, refused)
    else:
        async with work.begin(actor) as uow:
            await refund.report(
                uow, found.out_refund_no, found.state, found.amount.refund, found.refund_id, found.success_time
            )
    return True


def wait_after(sent: int) -> timedelta:
    """Until it is asked about next, after so many tries: doubled up to half an hour."""
    return min(WAIT_MAX, WAIT_FIRST * (1 << min(max(sent - 1, 0), DOUBLINGS_MAX)))


async def _first(pay: Pay, taken: Refund) -> wechat_pay.Refund:
    asked = RefundOrder(taken.id, taken.payment, taken.amount_fen, taken.total_fen)
    return await wechat_pay.refund(pay, taken.mchid, asked)


async def _asked(pay: Pay, taken: Refund) -> wechat_pay.Refund:
    """What became of it; sent again, under the same number, only when WeChat Pay says that it has none."""
    try:
        return await wechat_pay.query_refund(pay, taken.mchid, taken.id)
    except Rejected as refused:
        if next_of(refused) is not Next.ABSENT or taken.before != "sent":
            raise
    return await _first(pay, taken)


async def _refused(work: Work, taken: Refund, refused: Rejected) -> None:
    """A spent number is followed by a new one; what else is refused needs a person."""
    if next_of(refused) is not Next.NEW_NUMBER:
        await _note(work, taken, "abnormal")
        return
    async with work.begin(progress.system(taken.handler)) as uow:
        order = await progress.lock(uow, taken.order)
        await refund.follow(uow, order, taken)


async def _note(work: Work, taken: Refund, state: str) -> None:
    """Unless a notification was faster, it is in that state again and asked about later."""
    async with work.begin(progress.system(taken.handler)) as uow:
        await progress.lock(uow, taken.order)
        current = await refund_store.find(uow.conn, taken.id)
        if current is not None and current.state == taken.state:
            wait = refund.ABNORMAL_WAIT if state == "abnormal" else wait_after(taken.sent)
            await refund_store.note(uow.conn, taken.id, state, uow.now + wait)
