"""An order that is refused, or sent twice, keeps no piece from anybody else."""

import asyncio

import pytest

from tests.stories.customer.orders.test_routes import PLACE, doors, ordered  # noqa: F401  # a fixture
from yumen.customer.orders.buying_routes import BUYING_ROUTES

PIECES = 5


async def left(doors):  # noqa: F811
    await doors.market.goods.settle()
    on_hand, reserved = await doors.market.goods.stock_of((await doors.market.goods.sku("tea")).id)
    return on_hand - reserved


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"destination": None}, "order.address_missing"),
        ({"destination": None, "address": f"adr_{'0' * 26}"}, "address.not_found"),
        ({"expected_fen": 1}, "order.price_changed"),
    ],
)
async def test_pieces_of_an_order_that_is_refused_are_free_at_once(doors, change, code):  # noqa: F811
    assert len(BUYING_ROUTES) == 2
    tea = await doors.market.stock("tea", 100, PIECES)
    body = {"lines": [{"sku": tea, "quantity": PIECES}], "expected_fen": 1_500, "destination": PLACE} | change
    for _ in range(3):
        answer = await doors.ask("POST", "/v1/orders", body)
        assert answer.json()["code"] == code
    assert await left(doors) == PIECES
    assert (await ordered(doors, tea, PIECES)).status_code == 201


async def test_taps_at_once_make_one_order_and_keep_its_pieces_only(doors):  # noqa: F811
    tea = await doors.market.stock("tea", 100, PIECES)
    taps = [ordered(doors, tea, 1, **{"idempotency-key": "tap-tap-tap"}) for _ in range(PIECES)]
    answers = await asyncio.gather(*taps)
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(201, answers[0].json()["id"])}
    assert await left(doors) == PIECES - 1
    assert len(await doors.market.house.rows("select 1 from orders.purchase")) == 1
    assert await doors.market.goods.unequal() == []


async def test_a_second_tap_that_finds_nothing_left_is_told_of_the_first(doors):  # noqa: F811
    tea = await doors.market.stock("tea", 100, 1)
    body = {"lines": [{"sku": tea, "quantity": 1}], "expected_fen": 1_100, "destination": PLACE}
    request = {"idempotency-key": "last-piece"}
    first, again = [await doors.ask("POST", "/v1/orders", body, **request) for _ in range(2)]
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    other = await doors.ask("POST", "/v1/orders", body, **{"idempotency-key": "another-cart"})
    assert (other.status_code, other.json()["code"]) == (409, "stock.sold_out")
