"""Do what people do on their phones: log in, give a number, take it back, close the account."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechat import push_messages
from yumen.sandbox.wechat.codes import EVENT_UNKNOWN, PUSH_NOT_SET, REVOKE_INFO_UNKNOWN, TOO_MANY_PEOPLE
from yumen.sandbox.wechat.login import press_login, renew_key, session_lives
from yumen.sandbox.wechat.lookup import get_app, get_living, get_person
from yumen.sandbox.wechat.phone import press_phone, seal_phone, seal_profile
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.push_messages import REVOKE_INFO, Message
from yumen.sandbox.wechat.records import App, Member, Person
from yumen.sandbox.wechat.shapes import (
    EventAsk,
    LoginAsk,
    LoginPressed,
    MemberShown,
    NewPeople,
    PeoplePage,
    PersonChange,
    PhonePressed,
    ProfilePressed,
    PushesMade,
    RevokeAsk,
)
from yumen.sandbox.wechat.world import World

PEOPLE_MAX: Final = 1_000_000
QUOTA_OUT: Final = 1400001
"""errno of the phone button when the paid calls are used up."""


class Handset:
    """Every person's phone."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world = world
        self.postman = postman

    def add_people(self, ask: Ask) -> PeoplePage:
        """Let made-up people in."""
        wish: NewPeople = ask.body
        if len(self.world.people) + wish.count > PEOPLE_MAX:
            raise TOO_MANY_PEOPLE(at="/count", limit=PEOPLE_MAX)
        made = self.world.add_people(wish.count)
        return PeoplePage(total=len(self.world.people), people=made)

    def list_people(self, ask: Ask) -> PeoplePage:
        """The first ones, `?limit=`."""
        limit = ask.number("limit", 100, 10_000)
        people = [person for person, _ in zip(self.world.people.values(), range(limit), strict=False)]
        return PeoplePage(total=len(self.world.people), people=people)

    def change_person(self, ask: Ask) -> Person:
        """Mark a person as high risk (login answers 40226)."""
        person = get_person(self.world, ask.parts["person"])
        change: PersonChange = ask.body
        if isinstance(change.high_risk, bool):
            person.high_risk = change.high_risk
        return self.world.keep("person", person.id, person)

    def show_member(self, ask: Ask) -> MemberShown:
        """The person as the app knows them, with openid and session key."""
        _, person, member = self._member(ask)
        return MemberShown(
            person=person.id,
            openid=member.openid,
            unionid=member.unionid,
            session_key=member.session_key,
            logins=member.logins,
            revoked=member.revoked,
        )

    def login(self, ask: Ask) -> LoginPressed:
        """wx.login."""
        app, person, _ = self._member(ask)
        return LoginPressed(person=person.id, code=press_login(self.world, app, person).code)

    def login_many(self, ask: Ask) -> list[LoginPressed]:
        """wx.login on many phones; missing people are made."""
        app = get_app(self.world, ask)
        wish: LoginAsk = ask.body
        missing = wish.count - len(self.world.people)
        if missing > 0:
            self.world.add_people(missing)
        names = wish.people or [name for name, _ in zip(self.world.people, range(wish.count), strict=False)]
        people = [get_living(self.world, name) for name in names[:100_000]]
        return [LoginPressed(person=p.id, code=press_login(self.world, app, p).code) for p in people]

    def phone_button(self, ask: Ask) -> PhonePressed:
        """The getPhoneNumber button, agreed to: a code, and the old encryptedData with iv."""
        app, person, member = self._member(ask)
        if app.phone_calls_left is not None:
            if app.phone_calls_left <= 0:
                return PhonePressed(errMsg="getPhoneNumber:fail no quota", errno=QUOTA_OUT)
            app.phone_calls_left -= 1
            self.world.keep("app", app.appid, app)
        self._with_session(member)
        sealed = seal_phone(self.world, app, member, person)
        code = press_phone(self.world, app, member).code
        return PhonePressed(errMsg="getPhoneNumber:ok", code=code, encryptedData=sealed.encrypted_data, iv=sealed.iv)

    def profile(self, ask: Ask) -> ProfilePressed:
        """wx.getUserInfo: rawData with signature, and encryptedData."""
        app, person, member = self._member(ask)
        self._with_session(member)
        raw, signature, sealed = seal_profile(self.world, app, member, person)
        return ProfilePressed(rawData=raw, signature=signature, encryptedData=sealed.encrypted_data, iv=sealed.iv)

    def revoke(self, ask: Ask) -> PushesMade:
        """The person takes information back; the app is told by push."""
        wish: RevokeAsk = ask.body
        app, _, member = self._member(ask)
        _check_info(wish.info)
        member.revoked = sorted({*member.revoked, *wish.info}, key=int)
        self.world.keep("member", member.openid, member)
        return self._post(app, member, push_messages.revoked(app, member, wish.info, self.world.now()))

    def cancel(self, ask: Ask) -> PushesMade:
        """The person closes the WeChat account; every app that knows them is told."""
        person = get_living(self.world, ask.parts["person"])
        person.cancelled_at = now = self.world.now()
        self.world.keep("person", person.id, person)
        made: list[str] = []
        for app in self.world.apps.values():
            openid = self.world.openids.get((app.appid, person.id))
            if openid is not None:
                member = self.world.members[openid]
                made += self._post(app, member, push_messages.cancelled(app, member, now)).pushes
        return PushesMade(pushes=made)

    def push_event(self, ask: Ask) -> PushesMade:
        """Push one message about a person without changing anything."""
        wish: EventAsk = ask.body
        app = get_app(self.world, ask)
        if app.push is None:
            raise PUSH_NOT_SET()
        member = self.world.member(app, get_person(self.world, wish.person))
        return self._post(app, member, _message(app, member, wish, self.world.now()))

    def _post(self, app: App, member: Member, message: Message) -> PushesMade:
        if app.push is None:
            return PushesMade(pushes=[])
        return PushesMade(pushes=[push.id for push in self.postman.post(app, member.openid, message)])

    def _member(self, ask: Ask) -> tuple[App, Person, Member]:
        app = get_app(self.world, ask)
        person = get_living(self.world, ask.parts["person"])
        return app, person, self.world.member(app, person)

    def _with_session(self, member: Member) -> None:
        now = self.world.now()
        if not session_lives(self.world, member, now):
            renew_key(member, now)
        member.used_at = now
        self.world.keep("member", member.openid, member)


def _message(app: App, member: Member, wish: EventAsk, now: float) -> Message:
    match wish.event:
        case "user_authorization_revoke":
            _check_info(wish.info)
            return push_messages.revoked(app, member, wish.info, now)
        case "user_authorization_cancellation":
            return push_messages.cancelled(app, member, now)
        case "user_info_modified":
            return push_messages.modified(app, member, now)
        case "text":
            return push_messages.text(app, member, wish.content, now)
        case "wxa_trade_controlled":
            return push_messages.controlled(app, member, now)
        case _:
            raise EVENT_UNKNOWN(at="/event")


def _check_info(info: list[str]) -> None:
    if not info or not REVOKE_INFO.issuperset(info):
        raise REVOKE_INFO_UNKNOWN(at="/info", known=", ".join(sorted(REVOKE_INFO, key=int)))
