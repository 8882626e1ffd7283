"""Whoever sends the parcel, issues the invoice or judges the claim sees what that needs; each look is a leaf."""

import pytest

from tests.stories.customer.orders.test_routes import PLACE, doors, ordered  # noqa: F401  # a fixture
from tests.stories.customer.profile.conftest import png
from yumen.customer.orders import showing, showing_routes

INVOICE = {
    "kind": "company",
    "title": "丝绒（上海）贸易有限公司",
    "tax_number": "91310000MA1K000019",
    "email": "a@b.example",
}


async def bought(doors, pieces=2):  # noqa: F811
    tea = await doors.market.stock("tea", 12_800, 5)
    order = (await ordered(doors, tea, pieces)).json()["id"]
    await doors.pay(order)
    return order


async def test_a_warehouse_gets_the_label_until_the_parcel_is_received(doors):  # noqa: F811
    tea = await doors.market.stock("tea", 12_800, 5)
    order = (await ordered(doors, tea)).json()["id"]
    path = f"/staff/v1/orders/{order}/destination"
    unpaid = await doors.act("GET", path)
    assert (unpaid.status_code, unpaid.json()["code"]) == (409, "order.not_possible")
    await doors.pay(order)
    for role in ("erp", "operator"):
        label = (await doors.act("GET", path, role=role)).json()
        assert (label["order"], label["recipient"], label["phone"]) == (order, PLACE["recipient"], "+8619900000001")
        assert label["place"]["street"] == PLACE["street"]
    for role in ("support", "auditor", "engineer", "agency"):
        assert (await doors.act("GET", path, role=role)).status_code == 403
    assert len(await doors.market.house.leaves(showing.DESTINATION_SHOWN.name)) == 2
    await doors.act("POST", f"/staff/v1/orders/{order}/ship", {"carrier": "SF", "tracking_no": "SF1234567890"})
    assert (await doors.act("GET", path)).status_code == 200
    await doors.ask("POST", f"/v1/orders/{order}/receive")
    assert (await doors.act("GET", path)).status_code == 409


async def test_nothing_is_delivered_of_what_was_paid_back(doors):  # noqa: F811
    order = await bought(doors)
    await doors.act("POST", f"/staff/v1/orders/{order}/refund", {"cause": "goodwill"})
    await doors.market.settle_refunds(order)
    assert (await doors.act("GET", f"/staff/v1/orders/{order}/destination")).status_code == 409


async def test_who_issues_invoices_finds_what_was_asked_and_reads_it(doors):  # noqa: F811
    order = await bought(doors)
    path = f"/staff/v1/orders/{order}/invoice"
    assert (await doors.act("GET", path)).json()["code"] == "invoice.not_found"
    await doors.ask("PUT", f"/v1/orders/{order}/invoice", INVOICE)
    (asked,) = (await doors.act("GET", "/staff/v1/invoices", role="erp")).json()["items"]
    assert (asked["order"], asked["kind"], asked["amount_fen"], asked["issued_at"]) == (order, "company", 26_600, None)
    assert (await doors.act("GET", path, role="erp")).json() == INVOICE | {"state": "asked"}
    assert (await doors.act("GET", path, role="support")).status_code == 403
    assert len(await doors.market.house.leaves(showing.INVOICE_SHOWN.name)) == 1
    assert (await doors.act("POST", f"{path}/issued")).status_code == 204
    assert (await doors.act("GET", "/staff/v1/invoices")).json()["items"] == []
    (issued,) = (await doors.act("GET", "/staff/v1/invoices?state=issued")).json()["items"]
    assert issued["issued_at"] is not None


async def test_who_judges_a_claim_sees_its_story_and_pictures(doors):  # noqa: F811
    order = await bought(doors)
    body = {"kind": "refund_only", "reason": "damaged", "lines": [{"number": 1, "quantity": 1}], "story": "瓶口裂了"}
    claim = (await doors.ask("POST", f"/v1/orders/{order}/claims", body)).json()["id"]
    await doors.ask("POST", f"/v1/claims/{claim}/pictures", png())
    path = f"/staff/v1/claims/{claim}"
    seen = (await doors.act("GET", path, role="support")).json()
    assert (seen["story"], seen["pictures"], seen["lines"]) == ("瓶口裂了", 1, body["lines"])
    assert (seen["claim"]["order"], seen["claim"]["reason"]) == (order, "damaged")
    picture = await doors.act("GET", f"{path}/pictures/1", role="support")
    assert (picture.content[:4], picture.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert "no-store" in picture.headers["cache-control"]
    missing = await doors.act("GET", f"{path}/pictures/2", role="support")
    assert (missing.status_code, missing.json()["code"]) == (404, showing.NO_PICTURE.name)
    for role in ("erp", "auditor", "agency"):
        assert (await doors.act("GET", f"{path}/pictures/1", role=role)).status_code == 403
    assert len(await doors.market.house.leaves(showing.CLAIM_SHOWN.name)) == 1
    assert len(await doors.market.house.leaves(showing.PICTURE_SHOWN.name)) == 1


@pytest.mark.parametrize("route", ["orders/ord_{}/destination", "orders/ord_{}/invoice", "claims/clm_{}"])
async def test_what_another_handler_has_is_not_found(doors, route):  # noqa: F811
    assert showing_routes.SHOWING_ROUTES
    assert (await doors.act("GET", f"/staff/v1/{route.format('0' * 26)}")).status_code == 404
