"""Tell members by WeChat's subscribe messages what they want to know: points that end soon, a parcel on its way.

    await answered(uow, person, app, template, accepted)     # the phone's panel: one accept is one message
    await plan(uow, person, "points_expiring", reference, facts)
    await send_due(work, mini, templates)                    # a batch a minute

A message is planned only for who accepted its template and was not sent all of it yet; never for who refused. Whatever
may have reached the person is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from yumen.customer import identity
from yumen.customer.loyalty import message_store as store
from yumen.customer.loyalty.message_store import Message
from yumen.kit.errors import NotSent, Problem, Unsettled
from yumen.kit.ids import AppKey, HandlerId, SubjectId, new_id
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.wechat import Mini, WechatError
from yumen.wechat import subscribe as wechat_subscribe

About = Literal["points_expiring", "parcel_sent"]

BATCH_MAX: Final = 200
TRIES_MAX: Final = 8
AGAIN: Final = timedelta(minutes=5)
"""A message that is being sent, or could not be, is due again then; the wait grows with each try."""
VALUE_MAX: Final = 20
"""Characters of a `thing`; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template of one app. `keys` say which fact fills which field: (`thing1`, `goods`)."""

    appid: str
    about: About
    id: str
    keys: tuple[tuple[str, str], ...]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Templates:
    """The wired service: every template that is set."""

    all: Sequence[Template] = ()

    def of(self, about: str) -> list[Template]:
        return [one for one in self.all if one.about == about]

    def named(self, template: str) -> Template | None:
        return next((one for one in self.all if one.id == template), None)


async def answered(uow: UnitOfWork, person: SubjectId, app: AppKey, template: str, accepted: bool) -> None:
    """The person's answer on the phone: one message more, or none any more, and none that waits."""
    if accepted:
        await store.add_right(uow.conn, person, app, template, uow.now)
        return
    await store.refuse(uow.conn, person, app, template, uow.now)
    await store.end_waiting(uow.conn, person, app, template, uow.now)


async def plan(
    uow: UnitOfWork, person: SubjectId, about: About, reference: str, facts: Mapping[str, str | int]
) -> bool:
    """Plan the message, once for each reference, where the person may be sent one; False where not."""
    for template in uow.use(Templates).of(about):
        app = uow.use(identity.Apps).named(template.appid)
        if app.handler != uow.handler or not await store.has_right(uow.conn, person, app.key, template.id):
            continue
        row = Message(new_id("msg"), uow.handler, person, app.key, about, reference, template.id, dict(facts))
        await store.insert(uow.conn, row, uow.now)
        return True
    return False


async def send_due(work: Work, mini: Mini) -> int:
    """Send the messages that are due, at most `BATCH_MAX`; answers how many were sent."""
    now = work.clock.now()
    async with work.begin(_system(HandlerId(0))) as uow:
        due = await store.take_due(uow.conn, now, now + AGAIN, BATCH_MAX)
    return sum([await _send(work, mini, message) for message in due])


async def _send(work: Work, mini: Mini, message: Message) -> bool:
    template = work.use(Templates).named(message.template)
    state, errcode = "failed", None
    if template is not None:
        async with work.begin(_system(message.handler)) as uow:
            openid = await _openid(uow, message)
        if openid:
            state, errcode = await _try(mini, template, openid, message)
    async with work.begin(_system(message.handler)) as uow:
        if state == "waiting" and message.tries >= TRIES_MAX:
            state = "failed"
        await store.note(uow.conn, replace(message, state=state, errcode=errcode), uow.now, uow.now + AGAIN)
    return state == "sent"


async def _try(mini: Mini, template: Template, openid: str, message: Message) -> tuple[str, int | None]:
    """What became of it. An unknown outcome is left alone: a second message is worse than none."""
    data = {key: str(message.facts.get(fact, ""))[:VALUE_MAX] for key, fact in template.keys}
    try:
        await wechat_subscribe.send_message(mini, template.appid, openid, template.id, data, template.page)
    except WechatError as refused:
        if refused.errcode == wechat_subscribe.REFUSED:
            return "refused", refused.errcode
        return "failed" if refused.errcode in wechat_subscribe.FOR_GOOD else "waiting", refused.errcode
    except NotSent:
        return "waiting", None
    except Unsettled:
        return "unknown", None
    return "sent", 0


async def _openid(uow: UnitOfWork, message: Message) -> str:
    try:
        return await identity.openid_of(uow, message.person, message.app)
    except Problem:
        return ""


def _system(handler: HandlerId) -> Actor:
    return Actor(ActorKind.SYSTEM, "messages", handler)
