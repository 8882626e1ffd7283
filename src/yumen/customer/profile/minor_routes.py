"""Routes of age and guardians, and the yearly figures for staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post, put
from litestar.params import PathParameter
from msgspec import Meta

from yumen.customer.profile import guardians, minors
from yumen.customer.profile.minors import Band, Figures
from yumen.kit.ids import SubjectId
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]
BandName = Literal["child", "teen", "adult"]
Token = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{32}$", examples=["b3Blbi1hLWd1YXJkaWFuLWxpbmstMDE_"])]
TokenPath = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_-]{32}$", description="The token of the link")]
ConsentPath = Annotated[str, PathParameter(pattern="^gdn_[0-9a-hjkmnp-tv-z]{26}$")]


class AgeBody(msgspec.Struct, forbid_unknown_fields=True):
    """The month of birth, or null from somebody who is 18 or older: a grown-up is asked for no more than that."""

    born: Annotated[str, Meta(pattern="^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2014-03"])] | None


class AgeView(msgspec.Struct):
    """`band` null: no age was told. `not_asked` are the purposes that nobody may ask this person for."""

    band: BandName | None
    guardian: Literal["not_needed", "needed", "given"]
    not_asked: list[str]


class InvitationView(msgspec.Struct):
    """Hand the token on to the guardian; it is shown once."""

    token: str
    expires_at: datetime


class AskedView(msgspec.Struct):
    """What the guardian is asked: the notices of these purposes (`GET /v1/notices` has the texts), by one hash."""

    notice_hash: str
    purposes: list[str]
    expires_at: datetime


class AgreeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`notice_hash` of what was shown, in hex."""

    token: Token
    notice_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", examples=["1ab21d83" * 8])]


class ConsentView(msgspec.Struct):
    id: str


class ChildView(msgspec.Struct):
    """A consent that this person gave as a guardian. It names no child."""

    id: str
    consented_at: datetime | None


class ChildrenView(msgspec.Struct):
    items: list[ChildView]


@get("/v1/age", opt=allow("age", "read"), summary="The age band that was told, and what follows from it")
async def show_age(edge: Edge) -> AgeView:
    async with edge.unit() as uow:
        return await _view(uow, edge.subject)


@put("/v1/age", opt=allow("age", "declare"), status_code=200, summary="Say when one was born, to the month")
async def declare_age(data: AgeBody, edge: Edge) -> AgeView:
    born = None if data.born is None else date.fromisoformat(f"{data.born}-01")
    await edge.once(lambda uow: _declared(uow, edge.subject, born))
    async with edge.unit() as uow:
        return await _view(uow, edge.subject)


@post("/v1/guardian/invitations", opt=allow("guardian", "invite"), summary="Make a link for my guardian")
async def invite(edge: Edge) -> InvitationView:
    async with edge.unit() as uow:
        made = await guardians.invite(uow, edge.subject)
    return InvitationView(made.token, made.expires_at)


@get("/v1/guardian/invitations/{token:str}", opt=allow("guardian", "agree"), summary="What a guardian is asked")
async def show_invitation(edge: Edge, token: TokenPath) -> AskedView:
    async with edge.unit() as uow:
        asked = await guardians.look(uow, token)
    return AskedView(asked.notice_hash.hex(), list(asked.purposes), asked.expires_at)


@post("/v1/guardian/consents", opt=allow("guardian", "agree"), status_code=200, summary="Agree for a child")
async def agree(data: AgreeBody, edge: Edge) -> ConsentView:
    outcome = await edge.once(lambda uow: _agreed(uow, edge.subject, data))
    return ConsentView(str(outcome["id"]))


@get("/v1/guardian/consents", opt=allow("guardian", "agree"), summary="For whom I agreed, without names")
async def list_children(edge: Edge) -> ChildrenView:
    async with edge.unit() as uow:
        found = await guardians.list_children(uow, edge.subject)
    return ChildrenView([ChildView(one.id, one.consented_at) for one in found])


@post(
    "/v1/guardian/consents/{consent:str}/withdraw",
    opt=allow("guardian", "withdraw"),
    status_code=204,
    summary="Take a guardian's consent back, as guardian or as child",
)
async def withdraw(edge: Edge, consent: ConsentPath) -> None:
    await edge.once(lambda uow: _withdrawn(uow, edge.subject, consent))


@get("/staff/v1/minors/figures", opt=allow("minors", "count"), summary="How many minors, for the yearly audit")
async def show_figures(edge: Edge) -> Figures:
    async with edge.unit() as uow:
        return await minors.figures(uow)


async def _declared(uow: UnitOfWork, subject: SubjectId, born: date | None) -> Outcome:
    return {"band": int(await minors.declare(uow, subject, born))}


async def _agreed(uow: UnitOfWork, subject: SubjectId, data: AgreeBody) -> Outcome:
    return {"id": await guardians.agree(uow, subject, data.token, bytes.fromhex(data.notice_hash))}


async def _withdrawn(uow: UnitOfWork, subject: SubjectId, consent: str) -> Outcome:
    await guardians.withdraw(uow, subject, consent)
    return {}


async def _view(uow: UnitOfWork, subject: SubjectId) -> AgeView:
    band = await minors.find(uow, subject)
    young = (await minors.of_many(uow, [subject])).get(subject)
    needed = "not_needed" if young is None or young.band is Band.TEEN else "given" if young.guarded else "needed"
    return AgeView(
        None if band is None else msgspec.convert(band.name.lower(), BandName),
        msgspec.convert(needed, Literal["not_needed", "needed", "given"]),
        sorted(purpose.value for purpose in await minors.barred(uow, subject)),
    )


ROUTES: Final = [show_age, declare_age, invite, show_invitation, agree, list_children, withdraw]
STAFF_ROUTES: Final = [show_figures]
