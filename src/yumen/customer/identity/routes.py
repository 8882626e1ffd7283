"""Shopper routes of identity: log in, rotate and end sessions, see where one is logged in and who one is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import delete, get, post
from litestar.params import PathParameter
from msgspec import Meta

from yumen.customer.identity import enrolment, sessions, subjects
from yumen.customer.identity.authentication import Authenticator, SessionRecord
from yumen.customer.identity.handlers import App, Apps
from yumen.customer.identity.login import REPEATED, Arrival, Known, Logins, doorkeeper, repeat_index
from yumen.customer.identity.sessions import Fresh
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.web import Caller, Edge, allow
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.wechat import Mini, WechatError, mini

ROLE: Final = "shopper"
CODE_SPENT: Final = frozenset({40029, 40163})
"""A used login code is answered by either (WeChat, code2Session)."""

SessionPath = Annotated[str, PathParameter(pattern="^ses_[0-9a-hjkmnp-tv-z]{26}$")]


class DeviceBody(msgspec.Struct, forbid_unknown_fields=True):
    """What `wx.getDeviceInfo` and `wx.getAppBaseInfo` say, as a class: never a model, a user agent or a device id."""

    platform: Literal["ios", "android", "harmony", "windows", "mac", "linux", "devtools"]
    wechat: Annotated[
        str,
        Meta(pattern=r"^[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,4})?$", description="WeChat's version", examples=["8.0.50"]),
    ]

    @property
    def code(self) -> str:
        """`ios-8.0`: platform, and WeChat's major and minor version."""
        return f"{self.platform}-{'.'.join(self.wechat.split('.')[:2])}"


class LoginBody(msgspec.Struct, forbid_unknown_fields=True):
    app: Annotated[str, Meta(pattern="^w[wx][0-9a-z]{16}$", description="The appid", examples=["wx0123456789abcdef"])]
    code: Annotated[
        str, Meta(min_length=1, max_length=128, pattern="^[!-~]+$", description="From wx.login", examples=["0a3x1"])
    ]
    device: DeviceBody | None = None


class LoginView(msgspec.Struct):
    """`token` is shown once. `enrolled` says that nobody of this handler had this openid or unionid before."""

    token: str
    session: str
    subject: str
    expires_at: datetime
    enrolled: bool


class RotatedView(msgspec.Struct):
    token: str
    session: str
    expires_at: datetime


class DeviceView(msgspec.Struct):
    session: str
    app: str
    device: str | None
    opened_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool


class DevicesView(msgspec.Struct):
    items: list[DeviceView]


class MeView(msgspec.Struct):
    subject: str
    app: str
    session: str
    enrolled_at: datetime


@post(
    "/v1/login",
    opt=allow("login", "open"),
    status_code=200,
    summary="Log in with a code of wx.login",
    description=(
        "Answers a session token. A repeat with the same Idempotency-Key and code answers the same session with a "
        "fresh token, within ten minutes."
    ),
)
async def login(data: LoginBody, edge: Edge) -> LoginView:
    app = edge.use(Apps).named(data.app, at="/app")
    repeat = repeat_index(app, data.code, edge.idempotency_key)
    try:
        session = await mini.code2session(edge.use(Mini), app.appid, data.code)
    except WechatError as refused:
        if repeat is None or refused.errcode not in CODE_SPENT:
            raise
        return await _repeated(edge, app, repeat, refused)
    device = None if data.device is None else data.device.code
    arrival = edge.use(Logins).arrive(app, session, device, repeat)
    try:
        known, enrolled = await _let_in(edge, arrival)
    except Problem as refused:
        if repeat is None or refused.code is not REPEATED:
            raise
        return await _repeated(edge, app, repeat, refused)
    return LoginView(arrival.token, arrival.visit.session, known.subject_ref, arrival.expires_at, enrolled)


async def _let_in(edge: Edge, arrival: Arrival) -> tuple[Known, bool]:
    """The lane for those it knows; a unit for others, and for a unionid that is news. Says whether a person is new."""
    outcome = await edge.use(Logins).open(arrival)
    if not isinstance(outcome, Known):
        try:
            async with edge.unit(doorkeeper(arrival.app.handler)) as uow:
                return await enrolment.take_in(uow, arrival)
        except enrolment.NamedMeanwhile:
            outcome = await edge.use(Logins).open(arrival)
            if not isinstance(outcome, Known):
                raise
    if arrival.unionid_index is not None and arrival.unionid_index != outcome.unionid_index:
        async with edge.unit(doorkeeper(arrival.app.handler)) as uow:
            await enrolment.learn_unionid(uow, arrival, outcome)
    return outcome, False


async def _repeated(edge: Edge, app: App, repeat: bytes, refused: Problem) -> LoginView:
    async with edge.unit(doorkeeper(app.handler)) as uow:
        fresh = await sessions.repeat(uow, repeat)
    if fresh is None:
        raise refused
    return LoginView(fresh.token, fresh.session, fresh.subject_ref, fresh.expires_at, enrolled=False)


@post(
    "/v1/session/rotate",
    opt=allow("session", "rotate"),
    status_code=200,
    summary="Exchange the token for a fresh one",
    description="The old token stays good for a minute: after a lost answer, ask again with it.",
)
async def rotate(edge: Edge) -> RotatedView:
    async with edge.unit() as uow:
        fresh: Fresh = await sessions.rotate(uow, edge.token or "")
    return RotatedView(fresh.token, fresh.session, fresh.expires_at)


@delete("/v1/session", opt=allow("session", "close"), summary="Log out here")
async def close_own(edge: Edge) -> None:
    await edge.once(lambda uow: _closed(uow, edge, edge.session or ""))


@get("/v1/sessions", opt=allow("session", "list"), summary="Where I am logged in")
async def list_devices(edge: Edge) -> DevicesView:
    async with edge.unit() as uow:
        devices = await sessions.list_devices(uow, edge.subject)
    apps = edge.use(Apps)
    return DevicesView(
        [
            DeviceView(
                device.session,
                apps.get(device.app).appid,
                device.device,
                device.opened_at,
                device.used_at,
                device.expires_at,
                device.session == edge.session,
            )
            for device in devices
        ]
    )


@delete("/v1/sessions", opt=allow("session", "close"), summary="Log out everywhere")
async def close_all(edge: Edge) -> None:
    await edge.once(lambda uow: _all_closed(uow, edge))


@delete("/v1/sessions/{session:str}", opt=allow("session", "close"), summary="Log out somewhere else")
async def close_one(session: SessionPath, edge: Edge) -> None:
    await edge.once(lambda uow: _closed(uow, edge, session))


@get("/v1/me", opt=allow("me", "read"), summary="Who my token says I am")
async def me(edge: Edge) -> MeView:
    async with edge.unit() as uow:
        subject = await subjects.get(uow, edge.subject)
    return MeView(subject.ref, edge.use(Apps).get(edge.app).appid, edge.session or "", subject.enrolled_at)


async def _closed(uow: UnitOfWork, edge: Edge, session: str) -> dict[str, str | int | None]:
    return {"session": await sessions.close(uow, edge.subject, session)}


async def _all_closed(uow: UnitOfWork, edge: Edge) -> dict[str, str | int | None]:
    return {"sessions": await sessions.close_all(uow, edge.subject)}


async def recognise(work: Work, token: str) -> Caller | None:
    """The shopper of a session token, for the edge's door; None when the token opens nothing."""
    authenticator = work.use(Authenticator)
    record = authenticator.remembered(token, work.clock.now())
    if record is None:
        async with work.begin(Actor(ActorKind.SYSTEM, "door", HandlerId(0))) as uow:
            record = await authenticator.authenticate(uow.conn, token, uow.now)
    return None if record is None else _caller(record)


def _caller(record: SessionRecord) -> Caller:
    actor = Actor(ActorKind.SUBJECT, record.subject_ref, record.handler)
    return Caller(actor, (ROLE,), record.subject, record.app, record.id)


ROUTES: Final = [login, rotate, close_own, list_devices, close_all, close_one, me]
