"""Shopper routes of loyalty: points, card, coupons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from litestar import get, post

from yumen.customer.loyalty import card, coupon_book, coupon_issue, overview
from yumen.customer.loyalty.overview import Movement
from yumen.customer.loyalty.shapes import (
    CardCodeView,
    CardView,
    ClaimBody,
    ClaimView,
    CouponView,
    Cursor,
    EnrolView,
    Limit,
    LoyaltyView,
)
from yumen.customer.loyalty.staff_routes import STAFF_ROUTES
from yumen.kit.ids import SubjectId
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]

NEWEST_COUPON: Final = "cpn~"
"""Sorts after every coupon."""


@post("/v1/loyalty", opt=allow("loyalty", "enrol"), status_code=200, summary="Become a member")
async def enrol(edge: Edge) -> EnrolView:
    outcome = await edge.once(lambda uow: _enrolled(uow, edge.subject))
    return EnrolView(msgspec.convert(outcome["state"], Literal["enrolled", "member"]))


async def _enrolled(uow: UnitOfWork, subject: SubjectId) -> Outcome:
    return {"state": "enrolled" if await card.enrol(uow, subject) else "member"}


@get("/v1/loyalty", opt=allow("loyalty", "read"), summary="My points, my tier, and what ends soon")
async def read_loyalty(edge: Edge) -> LoyaltyView:
    async with edge.unit() as uow:
        seen = await overview.overview(uow, edge.subject)
    return LoyaltyView(
        points=seen.points,
        owed=seen.owed,
        expiring=seen.expiring,
        expiring_at=seen.expiring_at,
        tier=seen.tier,
        tier_until_at=seen.tier_until_at,
        qualifying_points=seen.qualifying,
        next_tier=seen.next_tier,
        next_tier_from_points=seen.next_tier_at,
        next_tier_left_points=max(0, seen.next_tier_at - seen.qualifying),
        enrolled_at=seen.enrolled_at,
    )


@get("/v1/loyalty/entries", opt=allow("loyalty", "read"), summary="What moved my points and why, the newest first")
async def list_entries(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[Movement]:
    async with edge.unit() as uow:
        found = await overview.list_movements(uow, edge.subject, cursor, limit + 1)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


@get("/v1/loyalty/card", opt=allow("loyalty", "read"), summary="My member card")
async def read_card(edge: Edge) -> CardView:
    async with edge.unit() as uow:
        member = await card.get(uow, edge.subject)
        return CardView(await card.number_of(uow, member), member.standing.tier, member.enrolled_at)


@get(
    "/v1/loyalty/card/code",
    opt=allow("loyalty", "read"),
    summary="A code for the till, good for a minute and used once",
)
async def read_card_code(edge: Edge) -> CardCodeView:
    async with edge.unit() as uow:
        return CardCodeView(*await card.show_code(uow, edge.subject))


@get("/v1/coupons", opt=allow("coupon", "read"), summary="My coupons, the newest first")
async def list_coupons(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[CouponView]:
    async with edge.unit() as uow:
        held = await coupon_book.list_held(uow, edge.subject, cursor or NEWEST_COUPON, limit + 1)
    views = [CouponView(one.id, one.terms, one.state, one.starts_at, one.expires_at) for one in held[:limit]]
    return Page(views, held[limit - 1].id if len(held) > limit else None)


@post(
    "/v1/coupons/claim",
    opt=allow("coupon", "claim"),
    status_code=200,
    summary="Get the coupon that a code is for",
    description="Tries are counted, ten in an hour.",
)
async def claim_coupon(data: ClaimBody, edge: Edge) -> ClaimView:
    outcome = await edge.earlier()
    if outcome is None:
        async with edge.unit() as uow:
            await coupon_issue.count_attempt(uow, edge.subject)
        outcome = await edge.once(lambda uow: _claimed(uow, edge.subject, data.code))
    return ClaimView(str(outcome["coupon"]))


async def _claimed(uow: UnitOfWork, subject: SubjectId, code: str) -> Outcome:
    return {"coupon": await coupon_issue.claim(uow, subject, code)}


ROUTES: Final = [
    enrol,
    read_loyalty,
    list_entries,
    read_card,
    read_card_code,
    list_coupons,
    claim_coupon,
]

__all__ = ["ROUTES", "STAFF_ROUTES"]
