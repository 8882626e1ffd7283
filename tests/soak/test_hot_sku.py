"""A launch: many crowds, each wanting one SKU at once through two processes, and never one piece too many."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta

import pytest

from bench.catalog import BUYERS, PIECES, rush
from tests.stories.customer.catalog.conftest import shop  # noqa: F401  # a fixture
from tests.stories.customer.conftest import house  # noqa: F401  # a fixture
from tests.stories.wechat.conftest import sandbox  # noqa: F401  # a fixture
from yumen.kit.db import Role

ROUNDS, KILLS = 200, 30


@pytest.mark.soak
async def test_a_thousand_buyers_for_a_hundred_pieces(shop, tell):  # noqa: F811
    url, crowds = shop.house.database.urls[Role.APP], []
    for number in range(ROUNDS):
        sku = await shop.put(f"HOT-{number}", pieces=PIECES)
        told = await asyncio.to_thread(rush, url, shop.house.handler, sku.id)
        assert (told.won, told.sold_out, told.other) == (PIECES, BUYERS - PIECES, 0)
        assert await shop.stock_of(sku.id) == (PIECES, PIECES)
        crowds.append(told)
    assert await shop.unequal() == []
    tell(
        crowds=ROUNDS,
        oversold=0,
        answered_a_second_least=min(one.per_s for one in crowds),
        p99_ms_worst=max(one.p99_ms for one in crowds),
    )


@pytest.mark.soak
async def test_buyers_killed_in_the_middle_leave_stock_that_adds_up(shop, tell):  # noqa: F811
    url, promised = shop.house.database.urls[Role.APP], 0
    for number in range(KILLS):
        sku = await shop.put(f"KILLED-{number}", pieces=PIECES)
        command = [sys.executable, "-m", "bench.catalog", "buy", url, str(shop.house.handler), str(sku.id), "1000"]
        crowd = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert crowd.stdin is not None
        assert crowd.stdout is not None
        await crowd.stdout.readline()
        crowd.stdin.write(b"go\n")
        await asyncio.sleep(0.01 * number)
        crowd.kill()
        await crowd.wait()
        _, reserved = await shop.stock_of(sku.id)
        assert 0 <= reserved <= PIECES
        promised += reserved
        assert await shop.unequal() == []
    shop.house.clock.offset += timedelta(minutes=16)
    await shop.settle()
    assert promised > 0
    rows = await shop.house.rows("select sum(reserved) as reserved from catalog.stock")
    assert [dict(row) for row in rows] == [{"reserved": 0}]
    tell(kills=KILLS, promised_before_they_ran_out=promised, promised_after=0)
