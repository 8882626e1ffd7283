"""Take what WeChat Pay notifies: read and verified outside of any unit, booked in one, answered in time.

Booking is idempotent, so it is done at once and the answer tells the truth: 204 when it is kept, 4xx or 5xx to have it
sent again. What does not fit (another amount, an unknown order) is counted for staff and answered with success: sending
it again would change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from yumen.customer import identity
from yumen.customer.orders import payment, payment_store, progress, refund
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.payment_together import Paying
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork, Work
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Notice, PaidNotice, Pay, RefundNotice, Transaction, Unverified

MISFITS = frozenset({payment.UNFIT, refund.UNFIT, refund.NOT_FOUND})


async def receive(work: Work, pay: Pay, mchid: str, headers: Mapping[str, str], body: bytes) -> None:
    """One notification. Raises the problems of `wechat_pay.read_notification`, counted."""
    try:
        notice = await wechat_pay.read_notification(pay, mchid, headers, body)
    except Problem as refused:
        if mchid in {merchant.mchid for merchant in pay.merchants.all()}:
            await _count(work, mchid, refused.why.value if isinstance(refused, Unverified) else refused.code.name)
        raise
    handler = handler_of(work, pay, mchid)
    if isinstance(notice, PaidNotice) and await book_plainly(work, handler, notice.transaction):
        return
    try:
        async with work.begin(progress.system(handler), pipelined=True) as uow:
            await book(uow, notice)
    except Problem as misfit:
        if misfit.code not in MISFITS:
            raise
        await _count(work, mchid, f"{misfit.code.name}.{misfit.facts.get('why', '')}".rstrip("."))


async def book(uow: UnitOfWork, notice: Notice) -> None:
    """Take a verified notice; any number of times, in any order."""
    match notice:
        case PaidNotice(transaction=told):
            await payment.report(uow, told)
        case RefundNotice(refund=said):
            await refund.report(
                uow, said.out_refund_no, said.state, said.amount.refund, said.refund_id, said.success_time
            )


async def book_plainly(work: Work, handler: HandlerId, told: Transaction) -> bool:
    """Book it with what else is notified just now; False: it has to be told by itself."""
    return await work.use(Shop).lanes.of(Paying, work).do(handler, told)


def handler_of(work: Work, pay: Pay, mchid: str) -> HandlerId:
    """Whose merchant that is: the handler of the apps that pay it."""
    apps = work.use(identity.Apps)
    appid = min(pay.merchants.get(mchid).appids)
    return apps.named(appid).handler


async def _count(work: Work, mchid: str, why: str) -> None:
    async with work.begin(progress.system(HandlerId(0))) as uow:
        await payment_store.count_refused(uow.conn, mchid, shanghai_day(uow.now), why, uow.now)
