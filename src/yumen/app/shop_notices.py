"""What shoppers are told by subscribe messages, and what WeChat's pushes about trades and templates do here."""

from __future__ import annotations

from typing import Final

from yumen.app.alarms import raise_alarm
from yumen.customer import identity, loyalty, orders
from yumen.kit.clock import shanghai_day
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.wechat import Mini
from yumen.wechat.push import Pushed, ShippingWanted, TemplatesAnswered, TradeConfirmed

TELL_POINTS: Final = "loyalty.tell_points"
TELL_SENT: Final = "loyalty.tell_parcel"
SEND_MESSAGES: Final = "loyalty.send_messages"
SHIPPING_WANTED: Final = "orders.shipping_wanted"


def register(jobs: Jobs, bus: Bus) -> None:
    """Make the jobs known and listen to points and parcels."""
    jobs.register(TELL_POINTS, tell_points_job)
    jobs.register(TELL_SENT, tell_parcel_job)
    jobs.register(SEND_MESSAGES, send_messages_job, cron="* * * * *")
    bus.listen(loyalty.PointsExpiring, TELL_POINTS)
    bus.listen(orders.ParcelSent, TELL_SENT)


async def tell_points_job(work: Work, args: Arguments) -> None:
    """Listener of `PointsExpiring`, which is emitted for those only who agreed to be addressed."""
    async with work.begin(_worker(args)) as uow:
        facts: dict[str, str | int] = {"points": int(args["points"] or 0), "day": str(args["day"])}
        person = SubjectId(int(args["subject"] or 0))
        await loyalty.messages.plan(uow, person, "points_expiring", str(args["day"]), facts)


async def tell_parcel_job(work: Work, args: Arguments) -> None:
    """Listener of `ParcelSent`: rests on the contract; told to whoever accepted the template."""
    async with work.begin(_worker(args)) as uow:
        told = await orders.telling.told_of_parcel(uow, str(args["parcel"]))
        if told is not None:
            facts = {**told, "day": shanghai_day(uow.now).isoformat()}
            person = SubjectId(int(args["subject"] or 0))
            await loyalty.messages.plan(uow, person, "parcel_sent", str(args["parcel"]), facts)


async def send_messages_job(work: Work, args: Arguments) -> None:
    await loyalty.messages.send_due(work, work.use(Mini))


async def note_templates(uow: UnitOfWork, event: Pushed) -> None:
    """What the person answered on the phone (subscribe_msg_popup_event, subscribe_msg_change_event)."""
    assert isinstance(event, TemplatesAnswered)
    app = uow.use(identity.Apps).named(event.appid)
    person = await identity.find_by_openid(uow, app.key, event.openid)
    known = uow.use(loyalty.messages.Templates)
    for template, accepted in event.answers:
        if person is not None and known.named(template) is not None:
            await loyalty.messages.answered(uow, person, app.key, template, accepted)


async def note_confirmed(uow: UnitOfWork, event: Pushed) -> None:
    """The receipt was confirmed at WeChat (trade_manage_order_settlement)."""
    assert isinstance(event, TradeConfirmed)
    await orders.shipping.confirmed(uow, event.mchid, event.transaction_id)


async def warn_of_shipping(uow: UnitOfWork, event: Pushed) -> None:
    """The platform's own warning: something is not shipped, or nothing is told."""
    assert isinstance(event, ShippingWanted)
    await raise_alarm(uow, SHIPPING_WANTED, f"app {event.appid}")


def _worker(args: Arguments) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
