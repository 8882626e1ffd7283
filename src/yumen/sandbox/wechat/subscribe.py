"""Subscribe messages: a person accepts a template, the app sends as many messages as were accepted, no more."""

from __future__ import annotations

import secrets

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechat import push_messages
from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.codes import TEMPLATE_UNFIT, TEMPLATE_UNKNOWN
from yumen.sandbox.wechat.lookup import get_app, get_living
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.shapes import PushesMade, SubscribeAsk, TemplateWish
from yumen.sandbox.wechat.subscribe_rules import fits, is_key
from yumen.sandbox.wechat.trade_records import SentMessage
from yumen.sandbox.wechat.world import World


class Subscriptions:
    """Templates of the console, answers of people, and the endpoint that sends."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world = world
        self.postman = postman

    def set_template(self, ask: Ask) -> App:
        """The console's template: its id and the keys of its data (`thing1`, `time2`)."""
        app = get_app(self.world, ask)
        wish: TemplateWish = ask.body
        for number, key in enumerate(wish.keys):
            if not is_key(key):
                raise TEMPLATE_UNFIT(at=f"/keys/{number}")
        app.templates[wish.id] = list(wish.keys)
        return self.world.keep("app", app.appid, app)

    def answer(self, ask: Ask) -> PushesMade:
        """wx.requestSubscribeMessage on the person's phone: accept adds one message, reject takes all away."""
        app = get_app(self.world, ask)
        member = self.world.member(app, get_living(self.world, ask.parts["person"]))
        wish: SubscribeAsk = ask.body
        if wish.template not in app.templates:
            raise TEMPLATE_UNKNOWN(at="/template")
        right = self.world.right(member.openid, wish.template)
        right.left = right.left + 1 if wish.accepted else 0
        self.world.keep("right", f"{right.openid} {right.template}", right)
        if app.push is None:
            return PushesMade(pushes=[])
        message = push_messages.subscribed(app, member, wish.template, wish.accepted, self.world.now())
        return PushesMade(pushes=[push.id for push in self.postman.post(app, member.openid, message)])

    def list_sent(self, ask: Ask) -> list[SentMessage]:
        """The newest messages of an app, `?limit=`."""
        app, limit = get_app(self.world, ask), ask.number("limit", 100, 1000)
        return [sent for sent in reversed(self.world.sent.values()) if sent.appid == app.appid][:limit]

    def send(self, call: Call) -> Fields:
        """`POST /cgi-bin/message/subscribe/send`: 40003, 40037, 43101, 47003."""
        fields, app, world = call.fields or {}, call.known_app(), self.world
        openid, template, data = call.text("touser"), call.text("template_id"), fields.get("data")
        member = world.members.get(openid)
        if member is None or member.appid != app.appid or world.people[member.person].cancelled_at is not None:
            raise Refusal(40003)
        if template not in app.templates:
            raise Refusal(40037)
        if not isinstance(data, dict):
            raise Refusal(47001)
        told = _checked(app.templates[template], data)
        right = world.right(openid, template)
        if right.left <= 0:
            raise Refusal(43101)
        right.left -= 1
        world.keep("right", f"{openid} {template}", right)
        msgid = 3_000_000_000_000_000_000 + secrets.randbelow(10**17)
        sent = SentMessage(
            msgid=msgid, appid=app.appid, openid=openid, template=template, page=call.text("page"), data=told,
            sent_at=call.now,
        )  # fmt: skip
        world.sent[str(msgid)] = sent
        world.keep("sent", str(msgid), sent)
        if app.push is not None:
            self.postman.post(app, openid, push_messages.message_sent(app, member, template, msgid, call.now))
        return {"msgid": msgid}


def _checked(keys: list[str], data: Fields) -> dict[str, str]:
    """Every key of the template, with a value that fits; what the template has not is refused too."""
    told: dict[str, str] = {}
    for key in [*keys, *data]:
        entry = data.get(key)
        value = entry.get("value") if isinstance(entry, dict) else None
        if key not in keys or not isinstance(value, str) or not fits(key, value):
            raise Refusal(47003, field=key)
        told[key] = value
    return told
