"""Shopper routes of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, Response, delete, get, post, route
from msgspec import UNSET, Meta, UnsetType

from yumen.customer.identity import Apps, Authenticator, openid_of
from yumen.customer.profile import avatar, details, phone, uploads
from yumen.customer.profile.minor_routes import ROUTES as MINOR_ROUTES
from yumen.customer.profile.minor_routes import STAFF_ROUTES as MINOR_STAFF_ROUTES
from yumen.customer.profile.staff_routes import STAFF_ROUTES as OWN_STAFF_ROUTES
from yumen.kit.clock import real_now
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork
from yumen.wechat import Mini, mini, open_data

WAY_UNFIT: Final = Code("phone.way_unfit", 422)
KEY_GONE: Final = Code("phone.session_key_gone", 401)
"""The session has no session_key (its login was repeated): log in with a new code, then ask again."""

Base64 = "^[A-Za-z0-9+/]+={0,2}$"
Outcome = Mapping[str, str | int | None]


class PhoneBody(msgspec.Struct, forbid_unknown_fields=True):
    """Either the button's `code`, or the `encrypted_data` and `iv` of old base libraries."""

    code: (
        Annotated[str, Meta(min_length=1, max_length=128, pattern="^[!-~]+$", examples=["e31968a7f94cc5ee"])] | None
    ) = None
    encrypted_data: Annotated[str, Meta(min_length=1, max_length=16_384, pattern=Base64)] | None = None
    iv: Annotated[str, Meta(min_length=24, max_length=24, pattern=Base64)] | None = None


class PhoneView(msgspec.Struct):
    """The number as it is shown, never in full. `state` says what the request did."""

    masked: str
    bound_at: datetime
    state: Literal["bound", "changed", "same"]


class ProfilePatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays; null takes a value away."""

    nickname: Annotated[str, Meta(min_length=1, max_length=64, examples=["Mei"])] | UnsetType | None = UNSET
    birthday: Annotated[date, Meta(examples=["1990-05-17"])] | UnsetType | None = UNSET
    region: (
        Annotated[str, Meta(pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166", examples=["CN-SH"])]
        | UnsetType
        | None
    ) = UNSET
    language: Literal["en", "zh"] | UnsetType | None = UNSET


class ProfileView(msgspec.Struct):
    nickname: str | None
    birthday: str | None
    region: str | None
    language: str | None
    phone_masked: str | None
    has_avatar: bool


@post(
    "/v1/phone",
    opt=allow("phone", "bind"),
    status_code=200,
    summary="Bind or change the phone number that WeChat vouches for",
)
async def bind_phone(data: PhoneBody, edge: Edge) -> PhoneView:
    outcome = await edge.earlier()
    if outcome is None:
        number = await _number(data, edge)
        outcome = await edge.once(lambda uow: _bound(uow, edge.subject, number))
    async with edge.unit() as uow:
        shown = await phone.find(uow, edge.subject)
    if shown is None:
        raise phone.ABSENT()
    return PhoneView(
        shown.masked, shown.bound_at, msgspec.convert(outcome["state"], Literal["bound", "changed", "same"])
    )


async def _number(data: PhoneBody, edge: Edge) -> phone.Number:
    """Ask WeChat, or open what it sealed for this session. No transaction is open meanwhile."""
    app = edge.use(Apps).get(edge.app)
    if data.code is not None and data.encrypted_data is None and data.iv is None:
        async with edge.unit() as uow:
            openid = await openid_of(uow, edge.subject, edge.app)
        info = await mini.get_phone_number(edge.use(Mini), app.appid, data.code, openid)
        return phone.number_of(info, "code")
    if data.code is not None or data.encrypted_data is None or data.iv is None:
        raise WAY_UNFIT(at="")
    session_key = await _session_key(edge)
    if session_key is None:
        raise KEY_GONE(at="/encrypted_data")
    info = open_data.decrypt_phone(data.encrypted_data, data.iv, session_key, app.appid, real_now())
    return phone.number_of(info, "encrypted")


async def _session_key(edge: Edge) -> str | None:
    token = edge.token or ""
    async with edge.unit() as uow:
        record = await edge.use(Authenticator).authenticate(uow.conn, token, uow.now)
    return None if record is None else record.open_session_key(token)


async def _bound(uow: UnitOfWork, subject: SubjectId, number: phone.Number) -> Outcome:
    return {"state": await phone.bind(uow, subject, number)}


@delete("/v1/phone", opt=allow("phone", "unbind"), summary="Remove the phone number")
async def remove_phone(edge: Edge) -> None:
    await edge.once(lambda uow: _phone_removed(uow, edge.subject))


async def _phone_removed(uow: UnitOfWork, subject: SubjectId) -> Outcome:
    return {"removed": await phone.remove(uow, subject)}


@get("/v1/profile", opt=allow("profile", "read"), summary="What I told about myself")
async def read_profile(edge: Edge) -> ProfileView:
    return await _profile(edge)


@route(
    "/v1/profile",
    http_method=["PATCH", "POST"],
    opt=allow("profile", "edit"),
    status_code=200,
    summary="Change what I told about myself",
    description="`wx.request` knows no PATCH (its `method`), so a POST does the same.",
)
async def change_profile(data: ProfilePatch, edge: Edge) -> ProfileView:
    wish = details.Change(data.nickname, data.birthday, data.region, data.language)
    await edge.once(lambda uow: _changed(uow, edge.subject, wish))
    return await _profile(edge)


async def _changed(uow: UnitOfWork, subject: SubjectId, wish: details.Change) -> Outcome:
    return {"changed": len(await details.change(uow, subject, wish))}


async def _profile(edge: Edge) -> ProfileView:
    async with edge.unit() as uow:
        known = await details.find(uow, edge.subject)
        shown = await phone.find(uow, edge.subject)
        has_avatar = await avatar.is_there(uow, edge.subject)
    return ProfileView(
        known.nickname,
        known.birthday,
        known.region,
        known.language,
        None if shown is None else shown.masked,
        has_avatar,
    )


@route(
    "/v1/profile/avatar",
    http_method=["PUT", "POST"],
    opt=allow("profile", "edit", *uploads.TYPES, form=uploads.PART),
    status_code=204,
    summary="Upload a picture of one's own",
    description="The body is the picture itself, or a form with the file `picture`, as `wx.uploadFile` posts it: PNG, "
    "JPEG or WebP, at most 200 KiB. Its metadata is taken out.",
)
async def put_avatar(request: Request[Any, Any, Any], edge: Edge) -> None:
    picture = await uploads.picture_of(request)
    await edge.once(lambda uow: _avatar_put(uow, edge.subject, picture))


async def _avatar_put(uow: UnitOfWork, subject: SubjectId, body: bytes) -> Outcome:
    await avatar.put(uow, subject, body)
    return {"changed": 1}


@get(
    "/v1/profile/avatar",
    opt=allow("profile", "read"),
    media_type="image/*",
    summary="The picture that was uploaded",
)
async def get_avatar(edge: Edge) -> Response[bytes]:
    async with edge.unit() as uow:
        picture = await avatar.get(uow, edge.subject)
    return Response(picture.content, media_type=picture.media_type, headers={"Cache-Control": "private, no-store"})


@delete("/v1/profile/avatar", opt=allow("profile", "edit"), summary="Remove the picture")
async def remove_avatar(edge: Edge) -> None:
    await edge.once(lambda uow: _avatar_removed(uow, edge.subject))


async def _avatar_removed(uow: UnitOfWork, subject: SubjectId) -> Outcome:
    return {"removed": await avatar.remove(uow, subject)}


ROUTES: Final = [
    bind_phone,
    remove_phone,
    read_profile,
    change_profile,
    put_avatar,
    get_avatar,
    remove_avatar,
    *MINOR_ROUTES,
]
STAFF_ROUTES: Final = [*OWN_STAFF_ROUTES, *MINOR_STAFF_ROUTES]

__all__ = ["ROUTES", "STAFF_ROUTES"]
