"""Orders of another system are history: brought once, never moved by us, handed over to whom they belong."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.transfer.conftest import bring, openid, row
from tests.stories.customer.conftest import House
from yumen.app.transfer.holdings import hand_over_past, keep_past
from yumen.app.transfer.lines import Fault


async def test_orders_come_in_once_and_belong_to_their_members(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(number) for number in range(50)])
    rows = [f"yz-{number % 50},A-{number},completed,{number + 100},,2024-05-01" for number in range(2_500)]
    report = await bring(house, tmp_path, rows, "orders")
    assert (report.taken, report.refused) == (2_500, 0)
    again = await bring(house, tmp_path, list(reversed(rows)), "orders")
    assert (again.taken, again.unchanged) == (0, 2_500)
    known, _ = await house.come_back(openid(7))
    async with house.unit() as uow:
        told = await hand_over_past(uow, known.subject)
        kept = await keep_past(uow, known.subject)
    assert isinstance(told["lines"], list)
    assert len(told["lines"]) == kept.kept == 50


async def test_what_was_paid_back_since_is_taken_and_a_changed_total_is_not(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1), row(2)])
    await bring(house, tmp_path, ["yz-1,A-1,completed,100,,2024-05-01"], "orders")
    back = await bring(house, tmp_path, ["yz-1,A-1,partially_refunded,100,40,2024-05-01"], "orders")
    assert back.taken == 1
    rows = [
        "yz-1,A-1,completed,100,,2024-05-01",
        "yz-1,A-1,refunded,90,90,2024-05-01",
        "yz-2,A-1,refunded,100,100,2024-05-01",
    ]
    report = await bring(house, tmp_path, rows, "orders")
    assert report.faults == [Fault(line, "number", "transfer.order_differs") for line in (2, 3, 4)]
    (kept,) = await house.rows("select state, total_fen, refunded_fen from inbound.past_order")
    assert tuple(kept.values()) == ("partially_refunded", 100, 40)


async def test_sums_and_lines_that_cannot_be_are_refused(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1)])
    head = "external_id,number,state,total_fen,refunded_fen,placed_at,lines"
    good = '"[{""sku"":""TEE-S"",""quantity"":2,""due_fen"":100,""title"":""茶""}]"'
    rows = [
        f"yz-1,A-1,completed,100,,2024-05-01,{good}",
        "yz-1,A-2,completed,100,10,2024-05-01,",
        "yz-1,A-3,refunded,100,10,2024-05-01,",
        "yz-1,A-4,partially_refunded,100,101,2024-05-01,",
        "yz-1,A-5,completed,100,,2999-05-01,",
        'yz-1,A-6,completed,100,,2024-05-01,"[{""sku"":""x""}]"',
        "yz-1,A-7,shipped,100,,2024-05-01,",
        "yz-1,A-8,completed,-1,,2024-05-01,",
    ]
    report = await bring(house, tmp_path, rows, "orders", head=head)
    assert report.taken == 1
    assert [(fault.line, fault.field) for fault in report.faults] == [
        (3, "refunded_fen"), (4, "refunded_fen"), (5, "refunded_fen"), (6, "placed_at"), (7, "lines"), (8, "state"),
        (9, "total_fen"),
    ]  # fmt: skip
