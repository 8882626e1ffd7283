"""Loyalty over HTTP, as the access table allows it, on both edges."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.customer.conftest import ShopperDoor, StaffDoor, ready
from tests.stories.customer.loyalty.test_coupon_book import define
from tests.stories.customer.loyalty.test_standing import buy, ladder
from yumen.customer.identity import subjects
from yumen.customer.loyalty import coupon_issue, ledger
from yumen.customer.loyalty.routes import ROUTES, STAFF_ROUTES
from yumen.kit.web import Limits, Opened, web_app
from yumen.security.access import four_eyes

SUPPORT = {"Authorization": "Bearer stf_0000000000000000000000000a+support"}
OPERATOR = {"Authorization": "Bearer stf_0000000000000000000000000a+operator"}
KEY = {"Idempotency-Key": "a-key-of-loyalty-0001"}


@pytest.fixture
async def edges(club) -> AsyncIterator[tuple]:
    @asynccontextmanager
    async def opening():
        yield Opened(club.house.work, ready)

    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(
                    AsyncTestClient(web_app(routes, door, Limits(), opening, name, "1"), raise_server_exceptions=False)
                )
                for name, routes, door in (
                    ("shopper", ROUTES, ShopperDoor()),
                    ("staff", STAFF_ROUTES, StaffDoor(club.house.handler)),
                )
            ]
        )


async def alice_of(club):
    person, arrival = await club.house.enrol("oAlice")
    return person, {"Authorization": f"Bearer {arrival.token}"}


async def ref_of(club, person):
    async with club.house.unit() as uow:
        return (await subjects.get(uow, person)).ref


async def test_a_shopper_becomes_a_member_and_sees_points_card_and_why(club, edges):
    shopper, _ = edges
    alice, headers = await alice_of(club)
    absent = await shopper.get("/v1/loyalty", headers=headers)
    assert (absent.status_code, absent.json()["code"]) == (404, "loyalty.not_member")
    made = await shopper.post("/v1/loyalty", headers=headers)
    assert (made.status_code, made.json()) == (200, {"state": "enrolled"}), made.text
    assert (await shopper.post("/v1/loyalty", headers=headers)).json() == {"state": "member"}
    await club.earn(alice, 100, club.in_days(10))
    await club.earn(alice, 50)
    await club.redeem(alice, 30)
    seen = (await shopper.get("/v1/loyalty", headers=headers)).json()
    assert (seen["points"], seen["expiring"], seen["owed"], seen["tier"]) == (120, 70, 0, "")
    card = (await shopper.get("/v1/loyalty/card", headers=headers)).json()
    assert len(card["number"]) == 16


async def test_a_member_sees_where_the_next_tier_begins_and_how_much_is_left(club, edges):
    shopper, _ = edges
    alice, headers = await alice_of(club)
    await shopper.post("/v1/loyalty", headers=headers)
    await ladder(club)

    async def way():
        seen = (await shopper.get("/v1/loyalty", headers=headers)).json()
        return tuple(seen[name] for name in ("tier", "next_tier", "next_tier_from_points", "next_tier_left_points"))

    assert await way() == ("", "silver", 100, 100)
    await buy(club, alice, 15_000)
    assert await way() == ("silver", "gold", 1_000, 850)
    await buy(club, alice)
    assert await way() == ("gold", "", 0, 0)


async def test_movements_come_in_pages_the_newest_first(club, edges):
    shopper, _ = edges
    alice, headers = await alice_of(club)
    for points in (1, 2, 3):
        await club.earn(alice, points)
    first = (await shopper.get("/v1/loyalty/entries?limit=2", headers=headers)).json()
    assert [one["points"] for one in first["items"]] == [3, 2]
    rest = await shopper.get(f"/v1/loyalty/entries?limit=2&cursor={first['next_cursor']}", headers=headers)
    assert ([one["points"] for one in rest.json()["items"]], rest.json()["next_cursor"]) == ([1], None)
    bad = await shopper.get("/v1/loyalty/entries?limit=101", headers=headers)
    assert bad.status_code == 400


async def test_the_till_finds_a_member_by_code_and_by_number(club, edges):
    shopper, staff = edges
    alice, headers = await alice_of(club)
    await shopper.post("/v1/loyalty", headers=headers)
    await club.earn(alice, 100)
    code = (await shopper.get("/v1/loyalty/card/code", headers=headers)).json()["code"]
    number = (await shopper.get("/v1/loyalty/card", headers=headers)).json()["number"]
    wanted = {"subject": await ref_of(club, alice), "tier": "", "points": 100}
    for body in ({"code": code}, {"number": number}):
        found = await staff.post("/staff/v1/loyalty/members/lookup", json=body, headers=SUPPORT)
        assert (found.status_code, found.json()) == (200, wanted), found.text
    again = await staff.post("/staff/v1/loyalty/members/lookup", json={"code": code}, headers=SUPPORT)
    assert (again.status_code, again.json()["code"]) == (404, "loyalty.card_code_unknown")


BAD_LOOKUPS = [
    (SUPPORT, {}, 422, "loyalty.lookup_way_unfit"),
    (SUPPORT, {"number": "8" * 16, "code": "8" * 20}, 422, "loyalty.lookup_way_unfit"),
    (SUPPORT, {"number": "8" * 16}, 422, "loyalty.number_unfit"),
    (SUPPORT, {"code": "1" * 19}, 400, "request.invalid"),
    (OPERATOR, {"number": "8" * 16}, 403, "access.denied"),
]


async def test_a_bad_lookup_is_refused(edges):
    _, staff = edges
    for headers, body, status, code in BAD_LOOKUPS:
        answer = await staff.post("/staff/v1/loyalty/members/lookup", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body


async def test_rules_are_proposed_adopted_and_read(club, edges):
    _, staff = edges
    body = {"earning": {"points": 1, "per_fen": 100, "tiers": {"gold": 150}}, "starts_at": "2026-01-01T00:00:00Z"}
    proposed = await staff.post("/staff/v1/loyalty/earning", json=body, headers=OPERATOR)
    assert proposed.status_code == 201, proposed.text
    approval = proposed.json()["approval_id"]
    path = f"/staff/v1/loyalty/programs/earning/{proposed.json()['version']}/adopt"
    early = await staff.post(path, json={"approval_id": approval}, headers=OPERATOR)
    assert (early.status_code, early.json()["code"]) == (409, "approval.not_approved")
    async with club.house.staff("stf_0000000000000000000000000b") as uow:
        await four_eyes.approve(uow, approval, ["compliance"])
    adopted = await staff.post(path, json={"approval_id": approval}, headers=OPERATOR)
    assert adopted.status_code == 204, adopted.text
    (only,) = (await staff.get("/staff/v1/loyalty/programs/earning", headers=SUPPORT)).json()["items"]
    assert (only["version"], only["earning"]["tiers"], only["adopted_at"] is not None) == (1, {"gold": 150}, True)
    ladder = {"tiers": {"ladder": [{"code": "gold", "threshold_points": 5}]}, "starts_at": "2026-01-01T00:00:00Z"}
    assert (await staff.post("/staff/v1/loyalty/tiers", json=ladder, headers=OPERATOR)).status_code == 201
    assert (await staff.post("/staff/v1/loyalty/tiers", json=ladder, headers=SUPPORT)).status_code == 403


BAD_RULES = [
    {"points": 0, "per_fen": 100},
    {"points": 1, "per_fen": 0},
    {"points": 1, "per_fen": 100, "rounding": "sideways"},
    {"points": 1, "per_fen": 100, "categories": {"Tea!": 100}},
    {"points": 1, "per_fen": 100, "secret": 1},
]


async def test_rules_that_cannot_be_are_refused(edges):
    _, staff = edges
    for rules in BAD_RULES:
        body = {"earning": rules, "starts_at": "2026-01-01T00:00:00Z"}
        answer = await staff.post("/staff/v1/loyalty/earning", json=body, headers=OPERATOR)
        assert (answer.status_code, answer.json()["code"]) == (400, "request.invalid"), rules


async def test_points_by_hand_over_http(club, edges):
    _, staff = edges
    alice, _ = await alice_of(club)
    facts = ledger.adjust_facts(await ref_of(club, alice), "case.1", 500, "goodwill")
    body = {**facts, "approval_id": await club.approved(ledger.ADJUST, facts)}
    made = await staff.post("/staff/v1/loyalty/adjust", json=body, headers=SUPPORT | KEY)
    again = await staff.post("/staff/v1/loyalty/adjust", json=body, headers=SUPPORT | KEY)
    assert (made.status_code, made.json()) == (200, again.json()), made.text
    assert await club.points(alice) == 500
    denied = await staff.post("/staff/v1/loyalty/adjust", json=body, headers=OPERATOR)
    assert denied.status_code == 403


async def test_a_coupon_is_defined_given_by_code_and_claimed(club, edges):
    shopper, staff = edges
    _, headers = await alice_of(club)
    terms = {"kind": "percentage", "percent": 10, "categories": ["tea"]}
    body = {"terms": terms, "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z", "valid_days": 30}
    made = await staff.post("/staff/v1/coupons", json=body, headers=OPERATOR)
    assert made.status_code == 201, made.text
    codes = f"/staff/v1/coupons/{made.json()['id']}/codes"
    (code,) = (await staff.post(codes, json={"count": 1}, headers=OPERATOR | KEY)).json()["codes"]
    assert (await staff.post(codes, json={"count": 1}, headers=OPERATOR | KEY)).json() == {"codes": None}
    claimed = await shopper.post("/v1/coupons/claim", json={"code": code}, headers=headers | KEY)
    again = await shopper.post("/v1/coupons/claim", json={"code": code}, headers=headers | KEY)
    assert (claimed.status_code, claimed.json()) == (200, again.json()), claimed.text
    (mine,) = (await shopper.get("/v1/coupons", headers=headers)).json()["items"]
    assert (mine["id"], mine["terms"]["percent"], mine["state"]) == (claimed.json()["coupon"], 10, "issued")
    (known,) = (await staff.get("/staff/v1/coupons", headers=SUPPORT)).json()["items"]
    assert known["issued"] == 1
    batch = {"definition": made.json()["id"], "reference": "spring"}
    assert (await staff.post("/staff/v1/coupons/batches", json=batch, headers=OPERATOR)).status_code == 201
    assert (await staff.post(f"/staff/v1/coupons/{made.json()['id']}/close", headers=OPERATOR)).status_code == 204
    closed = await staff.post("/staff/v1/coupons/batches", json=batch, headers=OPERATOR)
    assert (closed.status_code, closed.json()["code"]) == (409, "coupon.not_open")


async def test_guessing_codes_ends_after_some_tries(club, edges):
    shopper, _ = edges
    _, headers = await alice_of(club)
    await define(club)
    tries = [
        await shopper.post("/v1/coupons/claim", json={"code": "0" * 16}, headers=headers)
        for _ in range(coupon_issue.ATTEMPTS_PER_HOUR_MAX + 1)
    ]
    assert [one.json()["code"] for one in tries] == [
        *["coupon.code_unknown"] * coupon_issue.ATTEMPTS_PER_HOUR_MAX,
        "coupon.attempts_limit",
    ]


async def test_nobody_sees_anything_without_a_token(edges):
    shopper, staff = edges
    for path in ("/v1/loyalty", "/v1/loyalty/entries", "/v1/loyalty/card", "/v1/loyalty/card/code", "/v1/coupons"):
        assert (await shopper.get(path)).status_code == 401
    assert (await staff.get("/staff/v1/coupons")).status_code == 401
