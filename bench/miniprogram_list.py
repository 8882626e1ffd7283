"""A shop with as many made-up products as one likes, and a thumb that scrolls through them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Page, Route

FRONT: Final = ".phone-page:not([hidden])"
NODES: Final = f"document.querySelectorAll('{FRONT} *').length"
NAMES: Final = f"""[...document.querySelectorAll('{FRONT} [role="link"][aria-label*="Made-up"]')]
  .map((one) => Number(/candle (\\d+)/.exec(one.getAttribute('aria-label'))[1]))"""
BODY: Final = f"document.querySelector('{FRONT} .phone-body')"
DOWN: Final = f"(({{ clientHeight }}) => void ({BODY}.scrollTop += clientHeight))({BODY})"
ENDED: Final = f"""/That is all|没有更多了/.test(document.querySelector('{FRONT}').textContent)
  && (({{ scrollTop, clientHeight, scrollHeight }}) => scrollTop + clientHeight >= scrollHeight - 2)({BODY})"""
PAINTED: Final = "new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"


async def stock(page: Page, count: int) -> None:
    """From now on the shop has so many made-up products and nothing else; no server is asked."""

    async def answer(route: Route) -> None:
        asked = urlsplit(json.loads(route.request.post_data or "{}")["url"])
        body = _shelf(parse_qs(asked.query), count) if asked.path == "/v1/products" else {"items": []}
        said = {"statusCode": 200, "header": {}, "data": base64.b64encode(json.dumps(body).encode()).decode()}
        await route.fulfill(json=said)

    await page.route("**/phone/request", answer)


def _shelf(query: Mapping[str, list[str]], count: int) -> dict[str, object]:
    begin, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
    end = min(count, begin + limit)
    return {
        "items": [_product(number) for number in range(begin, end)],
        "next_cursor": str(end) if end < count else None,
    }


def _product(number: int) -> dict[str, object]:
    """Names of one line and of two take turns, so that rows differ in height."""
    name = f"Made-up cedar candle {number}" + " with a rather long name" * (number % 3 == 0)
    price = {"price_fen": 6_800, "list_fen": 6_800, "several": False, "sold_out": False}
    return {"id": f"prd_{number:026d}", "name": name, "image": None, **price}


@dataclass
class Scrolled:
    """What a person saw who scrolled to the end: the most nodes there were at once, and which products."""

    nodes_max: int = 0
    products: set[int] = field(default_factory=set)


async def scroll_to_the_end(page: Page, screens_max: int) -> Scrolled:
    """Screen by screen, as a thumb does."""
    seen = Scrolled()
    for _ in range(screens_max):
        await page.evaluate(DOWN)
        await page.evaluate(PAINTED)
        seen.nodes_max = max(seen.nodes_max, await page.evaluate(NODES))
        seen.products |= set(await page.evaluate(NAMES))
        if await page.evaluate(ENDED):
            break
    return seen
