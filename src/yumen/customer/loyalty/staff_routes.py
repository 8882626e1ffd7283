"""Staff routes of loyalty: how points are earned, tiers, points by hand, whose card it is, coupons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec
from litestar import get, post

from yumen.customer.identity import Subject
from yumen.customer.loyalty import card, coupon_book, coupon_issue, ledger, overview, programs
from yumen.customer.loyalty.coupon_book import Limits
from yumen.customer.loyalty.ledger import Source
from yumen.customer.loyalty.programs import Body, Kind
from yumen.customer.loyalty.shapes import (
    AdjustBody,
    AdoptBody,
    BatchBody,
    CodesBody,
    CodesView,
    Cursor,
    DefineBody,
    DefinitionPath,
    DefinitionView,
    EarningBody,
    KindPath,
    Limit,
    LookupBody,
    MadeView,
    MemberView,
    PostingView,
    ProgramView,
    ProposedView,
    TiersBody,
    VersionPath,
)
from yumen.kit.errors import Code
from yumen.kit.web import Edge, Page, allow
from yumen.kit.web.moments import check_moments
from yumen.kit.work import UnitOfWork

WAY_UNFIT: Final = Code("loyalty.lookup_way_unfit", 422)
VERSION_MAX: Final = 2**31 - 1

Outcome = Mapping[str, str | int | None]


@get(
    "/staff/v1/loyalty/programs/{kind:str}", opt=allow("loyalty_program", "read"), summary="Versions, the newest first"
)
async def list_programs(edge: Edge, kind: KindPath, cursor: Cursor = "", limit: Limit = 50) -> Page[ProgramView]:
    before = int(cursor) if cursor.isdigit() else VERSION_MAX
    async with edge.unit() as uow:
        found = await programs.list_versions(uow, msgspec.convert(kind, Kind), min(before, VERSION_MAX), limit + 1)
    more = len(found) > limit
    return Page([ProgramView.of(one) for one in found[:limit]], str(found[limit - 1].version) if more else None)


@post(
    "/staff/v1/loyalty/earning",
    opt=allow("loyalty_program", "propose"),
    summary="Propose how points are earned from a moment on",
)
async def propose_earning(data: EarningBody, edge: Edge) -> ProposedView:
    for place, campaign in enumerate(data.earning.campaigns):
        at = f"/earning/campaigns/{place}"
        check_moments({f"{at}/starts_at": campaign.starts_at, f"{at}/ends_at": campaign.ends_at})
    return await _propose(edge, data.earning, data.starts_at)


@post("/staff/v1/loyalty/tiers", opt=allow("loyalty_program", "propose"), summary="Propose a ladder of tiers")
async def propose_tiers(data: TiersBody, edge: Edge) -> ProposedView:
    return await _propose(edge, data.tiers, data.starts_at)


@post(
    "/staff/v1/loyalty/programs/{kind:str}/{version:int}/adopt",
    opt=allow("loyalty_program", "propose"),
    status_code=204,
    summary="Let a version hold, as a second person approved (`loyalty.rules`)",
)
async def adopt_program(data: AdoptBody, edge: Edge, kind: KindPath, version: VersionPath) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await programs.adopt(uow, msgspec.convert(kind, Kind), version, data.approval_id)
        return {}

    await edge.once(story)


@post(
    "/staff/v1/loyalty/adjust",
    opt=allow("loyalty", "adjust"),
    status_code=200,
    summary="Give or take points by hand, as a second person approved (`loyalty.adjust`)",
)
async def adjust_points(data: AdjustBody, edge: Edge) -> PostingView:
    async def story(uow: UnitOfWork) -> Outcome:
        source = Source("adjustment", data.reference)
        made = await ledger.adjust(uow, data.subject, source, data.points, data.reason, data.approval_id)
        return {"posting": made.id}

    return PostingView(str((await edge.once(story))["posting"]))


@post(
    "/staff/v1/loyalty/members/lookup",
    opt=allow("loyalty", "lookup"),
    status_code=200,
    summary="Whose card this is, by its number or by the code on the phone",
    description="Each look leaves a leaf in the trail; a code is void after it.",
)
async def look_up_member(data: LookupBody, edge: Edge) -> MemberView:
    if (data.number is None) == (data.code is None):
        raise WAY_UNFIT(at="")
    async with edge.unit() as uow:
        if data.code is not None:
            found = await card.read_code(uow, data.code)
        else:
            found = await _by_number(uow, data.number or "")
    async with edge.unit() as uow:
        member = await card.get(uow, found.id)
        return MemberView(found.ref, member.standing.tier, await overview.find_points(uow, found.id))


@get("/staff/v1/coupons", opt=allow("coupon_definition", "read"), summary="Coupon definitions, the oldest first")
async def list_definitions(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[DefinitionView]:
    async with edge.unit() as uow:
        found = await coupon_book.list_definitions(uow, cursor, limit + 1)
    more = len(found) > limit
    return Page([DefinitionView.of(one) for one in found[:limit]], found[limit - 1].id if more else None)


@post("/staff/v1/coupons", opt=allow("coupon_definition", "define"), summary="Define a coupon; its terms never change")
async def define_coupon(data: DefineBody, edge: Edge) -> MadeView:
    check_moments({"/starts_at": data.starts_at, "/ends_at": data.ends_at})
    limits = Limits(data.per_person_max, data.total_max, data.starts_at, data.ends_at, data.valid_days)

    async def story(uow: UnitOfWork) -> Outcome:
        return {"id": await coupon_book.define(uow, data.terms, limits)}

    return MadeView(str((await edge.once(story))["id"]))


@post(
    "/staff/v1/coupons/{definition:str}/close",
    opt=allow("coupon_definition", "define"),
    status_code=204,
    summary="Issue no more of it",
)
async def close_coupon(edge: Edge, definition: DefinitionPath) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await coupon_book.close(uow, definition)
        return {}

    await edge.once(story)


@post(
    "/staff/v1/coupons/{definition:str}/codes",
    opt=allow("coupon_definition", "issue"),
    summary="Make codes, each good for one coupon; they are shown once",
)
async def make_codes(data: CodesBody, edge: Edge, definition: DefinitionPath) -> CodesView:
    made: list[str] = []

    async def story(uow: UnitOfWork) -> Outcome:
        made.extend(await coupon_issue.make_codes(uow, definition, data.count))
        return {"count": data.count}

    await edge.once(story)
    return CodesView(made or None)


@post(
    "/staff/v1/coupons/batches",
    opt=allow("coupon_definition", "issue"),
    summary="Give a coupon to each member, in the background",
)
async def begin_batch(data: BatchBody, edge: Edge) -> MadeView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"id": await coupon_issue.begin_batch(uow, data.definition, data.reference, data.tier)}

    return MadeView(str((await edge.once(story))["id"]))


async def _propose(edge: Edge, body: Body, starts_at: datetime) -> ProposedView:
    check_moments({"/starts_at": starts_at})

    async def story(uow: UnitOfWork) -> Outcome:
        version, approval = await programs.propose(uow, body, starts_at)
        return {"version": version, "approval_id": approval}

    outcome = await edge.once(story)
    return ProposedView(int(outcome["version"] or 0), str(outcome["approval_id"]))


async def _by_number(uow: UnitOfWork, number: str) -> Subject:
    found = await card.find_by_number(uow, number)
    if found is None:
        raise card.NOT_MEMBER()
    return found


STAFF_ROUTES: Final = [
    list_programs,
    propose_earning,
    propose_tiers,
    adopt_program,
    adjust_points,
    look_up_member,
    list_definitions,
    define_coupon,
    close_coupon,
    make_codes,
    begin_batch,
]
