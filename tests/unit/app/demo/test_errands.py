"""Who buys what for: every errand is run once, and parcels go where a courier can go."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.app.demo.cast import Part, Played
from yumen.app.demo.errands import ENDS, PARCELS, Errand, destination_of, errand_of
from yumen.app.demo.shopper import Api, Visitor
from yumen.customer.orders.destination import Place, checked
from yumen.sandbox.wechat.records import Person


def buyer(**change: Any) -> Played:
    facts = {
        "id": "p1", "number": 7, "name": "陈小玉", "nickname": "玉", "country_code": "86", "pure_phone": "16900000007",
        "phone": "16900000007", "birthday": "1990-01-01", "province": "上海市", "district": "浦东新区",
    } | change  # fmt: skip
    visitor = Visitor(Api(None, ""), None, "wx0", "p1")  # type: ignore[arg-type]  # nothing is asked here
    return Played(Person(**facts), Part.WILLING, visitor, "oOne")


def test_each_errand_comes_once_among_the_first_and_the_others_keep_what_they_bought():
    assert {errand_of(number) for number in range(len(Errand))} == set(Errand)
    assert {errand_of(number) for number in range(len(Errand), 40)} == {Errand.KEEPING}


def test_each_errand_has_an_end_of_its_own():
    assert set(ENDS) == set(Errand)
    assert set(PARCELS) == set(Errand)
    assert {errand for errand, end in ENDS.items() if end == "shipped"} == {one for one in PARCELS if PARCELS[one]}


@pytest.mark.parametrize(
    ("change", "phone"),
    [
        ({}, "16900000007"),
        ({"country_code": "44", "pure_phone": "7700900123"}, "16900000007"),
        ({"district": ""}, "16900000007"),
    ],
)
def test_a_parcel_can_be_sent_to_everybody(change, phone):
    told = destination_of(3, buyer(**change))
    assert told["phone"] == phone
    fit = checked(told["recipient"], told["phone"], Place(told["province"], told["city"], "", told["street"]))
    assert fit.phone == f"+86{phone}"


def test_no_two_buyers_live_in_the_same_place():
    streets = {destination_of(number, buyer(number=number))["street"] for number in range(20)}
    assert len(streets) == 20
