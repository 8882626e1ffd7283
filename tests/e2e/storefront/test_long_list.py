"""A long list: only what is near the eye is drawn, nothing is missed, and who comes back finds the place again."""

import asyncio

import pytest

from bench.miniprogram_list import BODY, NAMES, NODES, PAINTED, scroll_to_the_end, stock
from yumen.app import storefront

PRODUCTS = 240
SCREENS_MAX = 400
NODES_MAX = 1_100


@pytest.fixture
async def long_shelf(new_stray_phone):
    """A phone before a long shelf; the runner alone, since the products are made up on the way."""
    if not storefront.is_there():
        pytest.skip("Node.js, the runner's packages or the built SDK are missing (make test sees to them)")
    program = await asyncio.create_subprocess_exec(
        "node", storefront.RUNNER / "serve.mjs", "--port=0", stdout=asyncio.subprocess.PIPE
    )
    phone = await new_stray_phone((await program.stdout.readline()).decode().strip())
    await stock(phone.page, PRODUCTS)
    await phone.open("/pages/category/category", language="en")
    await phone.see("Made-up cedar candle 0")
    yield phone
    program.terminate()
    await program.wait()


async def test_scrolling_through_all_keeps_few_nodes_and_misses_none(long_shelf):
    phone = long_shelf
    few = await phone.page.evaluate(NODES)
    seen = await scroll_to_the_end(phone.page, SCREENS_MAX)
    assert seen.products == set(range(PRODUCTS))
    assert few < seen.nodes_max < NODES_MAX
    await phone.page.evaluate(f"void ({BODY}.scrollTop = 0)")
    await phone.see("Made-up cedar candle 0 with")
    assert await phone.page.evaluate(f"{BODY}.scrollTop") == 0


async def test_what_is_drawn_again_stands_where_it_stood(long_shelf):
    phone = long_shelf
    await scroll_to_the_end(phone.page, SCREENS_MAX)
    height = await phone.page.evaluate(f"{BODY}.scrollHeight")
    middle = f"void ({BODY}.scrollTop = {BODY}.scrollHeight / 2)"
    await phone.page.evaluate(middle)
    await phone.page.evaluate(PAINTED)
    drawn = await phone.page.evaluate(NAMES)
    assert min(drawn) > 0
    assert max(drawn) < PRODUCTS - 1
    assert abs(await phone.page.evaluate(f"{BODY}.scrollHeight") - height) < 2
    await phone.tap(f"Made-up cedar candle {drawn[len(drawn) // 2]}", exact=False)
    await phone.at("product")
    await phone.back()
    await phone.at("category")

    async def drawn_again():
        return await phone.page.evaluate(NAMES) == drawn

    await phone.until(drawn_again, "what was drawn is drawn again")
