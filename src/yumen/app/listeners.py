"""Who acts on what happened: jobs by name, events to jobs, and WeChat's pushes to the stories they mean."""

from __future__ import annotations

from typing import Final

from yumen.app import asked_abroad, chores, gateway, shop, shop_notices
from yumen.app.transfer import delivery, releasing
from yumen.compliance import rights
from yumen.customer import consent, identity, profile
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import vault
from yumen.security.datamap import Purpose, RetentionClass
from yumen.security.vault import ShredOrdered
from yumen.wechat.push import (
    AuthorizationCancelled,
    AuthorizationRevoked,
    Listeners,
    Pushed,
    PushReceived,
    RevokeInfo,
    ShippingWanted,
    TemplatesAnswered,
    TradeConfirmed,
    UserInfoModified,
    handle_push_job,
)

HANDLE_PUSH: Final = "wechat.push.handle"
CARRY_OUT_SHRED: Final = "vault.shred.carry_out"
MERGE_PROVED: Final = "profile.merge_proved"
CLEAR_PROFILE: Final = "profile.clear"
RELEASE_WAITING: Final = "inbound.release_waiting"

NICKNAME: Final = {RevokeInfo.NICKNAME_AND_AVATAR, RevokeInfo.TYPED_NICKNAME}
AVATAR: Final = {RevokeInfo.NICKNAME_AND_AVATAR, RevokeInfo.CHOSEN_AVATAR}


def register(jobs: Jobs, bus: Bus) -> None:
    """Make every job known and wire every event to its listeners."""
    jobs.register(HANDLE_PUSH, handle_push_job)
    jobs.register(CARRY_OUT_SHRED, _carry_out_shred)
    jobs.register(MERGE_PROVED, profile.alias.merge_proved_job)
    jobs.register(CLEAR_PROFILE, _clear_profile)
    jobs.register(RELEASE_WAITING, releasing.release_job)
    chores.register(jobs)
    shop.register(jobs, bus)
    delivery.register(jobs)
    gateway.register(jobs, bus)
    asked_abroad.register(jobs, bus)
    bus.listen(PushReceived, HANDLE_PUSH)
    bus.listen(ShredOrdered, CARRY_OUT_SHRED)
    bus.listen(identity.UnionidProved, MERGE_PROVED)
    bus.listen(consent.ConsentWithdrawn, CLEAR_PROFILE)
    for answered in (consent.ConsentGranted, consent.ConsentRefused, consent.ConsentWithdrawn):
        bus.listen(answered, RELEASE_WAITING)


def of_pushes() -> Listeners:
    """What each push of WeChat means here."""
    return Listeners(
        {
            AuthorizationRevoked: [_forget_revoked],
            AuthorizationCancelled: [_erase_cancelled],
            UserInfoModified: [_blank_profile],
            TemplatesAnswered: [shop_notices.note_templates],
            TradeConfirmed: [shop_notices.note_confirmed],
            ShippingWanted: [shop_notices.warn_of_shipping],
        }
    )


async def _carry_out_shred(work: Work, args: Arguments) -> None:
    actor = Actor(ActorKind.SYSTEM, "worker", HandlerId(0))
    async with work.begin(actor) as uow:
        await vault.carry_out_shred(uow, SubjectId(int(args["subject"] or 0)), RetentionClass(str(args["retention"])))


async def _clear_profile(work: Work, args: Arguments) -> None:
    """What was kept on the consent to a profile goes when that consent is withdrawn (PIPL art. 47(1)3)."""
    if args["purpose"] != Purpose.PROFILE.value:
        return
    subject = SubjectId(int(args["subject"] or 0))
    async with work.begin(Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))) as uow:
        await profile.details.clear(uow, subject)


async def _forget_revoked(uow: UnitOfWork, event: Pushed) -> None:
    """The person took an authorisation back at WeChat: what came by it is deleted (user_authorization_revoke)."""
    assert isinstance(event, AuthorizationRevoked)
    person = await _person(uow, event)
    if person is None:
        return
    if RevokeInfo.PHONE_NUMBER in event.kinds:
        await profile.phone.remove(uow, person)
    if NICKNAME & set(event.kinds):
        await profile.details.change(uow, person, profile.details.Change(nickname=None))
    if AVATAR & set(event.kinds):
        await profile.avatar.remove(uow, person)


async def _erase_cancelled(uow: UnitOfWork, event: Pushed) -> None:
    """The person closed the WeChat account (user_authorization_cancellation)."""
    person = await _person(uow, event)
    if person is not None:
        await rights.erase(uow, person, "wechat_account_closed")


async def _blank_profile(uow: UnitOfWork, event: Pushed) -> None:
    """WeChat cleaned a risky profile: ours is blanked too (user_info_modified)."""
    person = await _person(uow, event)
    if person is not None:
        await profile.details.change(uow, person, profile.details.Change(nickname=None))
        await profile.avatar.remove(uow, person)


async def _person(uow: UnitOfWork, event: Pushed) -> SubjectId | None:
    app = uow.use(identity.Apps).named(event.appid)
    return await identity.find_by_openid(uow, app.key, event.openid)
