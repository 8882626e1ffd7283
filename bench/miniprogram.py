"""The mini-program: what its SDK weighs and costs at the start, how soon something is on the screen, who gets to buy.

Sizes, round trips and node counts are the same on every run, and tests hold them too; times are Chromium's on this
machine, with its processor slowed down four times.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from bench import miniprogram_journeys as journeys
from bench.ground import ROOT
from bench.miniprogram_list import scroll_to_the_end, stock
from bench.miniprogram_screens import (
    SCREEN,
    Exchange,
    Package,
    Start,
    chromium,
    first_screen_ms,
    login_exchanges,
    round_trips,
    sdk_start,
)
from bench.miniprogram_shop import opened as opened_shop
from bench.report import Goal, Section
from yumen.app import storefront

SDK: Final = ROOT / "miniprogram/sdk"
OFFICIAL: Final = ROOT / "miniprogram/official"
SUB_PACKAGES: Final = ("trade", "mine")
PRODUCTS: Final = 1_000
SCREENS_MAX: Final = 1_500
LEAST_ROUND_TRIPS: Final = 2
"""A login, and one question with its token."""
COMPILE_MAX_S: Final = 200
KB: Final = 1024


@dataclass(frozen=True)
class Seen:
    """What Chromium showed; times in ms, those of screens sorted."""

    starts: list[Start]
    fresh: list[Start]
    drawn: list[float]
    whole: list[float]
    login: list[Exchange]
    nodes_few: int
    nodes_many: int
    products: int


def measure(quick: bool) -> Section:
    """All of it: under eight minutes, two where it is `quick`."""
    sizes, main_bytes = _sdk_bytes(), _main_package_bytes()
    seen = asyncio.run(_look(5 if quick else 21, 3 if quick else 9))
    outcome = journeys.travel(24 if quick else 500, 24 if quick else 120)
    for line in outcome.strays:
        print(f"  {line}")
    goals = [
        Goal("SDK, everything, gzipped", sizes["everything"] / KB, 20, 16, "KB", lower=True),
        Goal("SDK, session and requests, gzipped", sizes["session and requests"] / KB, 6, 5.8, "KB", lower=True),
        Goal(
            "SDK start-up, processor 4 times slower", median(one.made for one in seen.starts), 10, 5, "ms", lower=True
        ),
        Goal("from login to content", round_trips(seen.login), LEAST_ROUND_TRIPS + 1, 2, "round trips", lower=True),
        Goal("main package", main_bytes / 1000, 400, 250, "KB", lower=True),
        Goal("first screen, 3G, processor 4 times slower", median(seen.drawn) / 1e3, 1.5, 1.0, "s", lower=True),
        Goal(f"nodes while {PRODUCTS:,} products are scrolled", seen.nodes_many, 1_500, 1_000, "at most", lower=True),
        *journeys.goals(outcome),
    ]
    rows = [*_rows(seen), *journeys.rows(outcome)]
    notes = [_note(), journeys.note(outcome)]
    return Section(
        "miniprogram", "Mini-program", ("what", "Storefront with the SDK", "plain wx.request"), rows, goals, notes
    )


def _rows(seen: Seen) -> list[tuple[str, str, str]]:
    def spread(times: list[float]) -> str:
        return f"{times[0]:.0f} / {median(times):.0f} / {times[-1]:.0f} of {len(times)}"

    def exact(times: Iterable[float]) -> str:
        least, *_, most = every = sorted(times)
        return f"{least:.1f} / {median(every):.1f} / {most:.1f}"

    return [
        ("SDK start-up in a running app, least / median / most ms", exact(one.made for one in seen.starts), ""),
        ("an empty module of that size, there, ms", exact(one.empty for one in seen.starts), ""),
        ("SDK start-up with its first request sent, there, ms", exact(one.asked for one in seen.starts), ""),
        ("SDK start-up in a process that has run nothing, ms", exact(one.made for one in seen.fresh), ""),
        ("an empty module of that size, in such a process, ms", exact(one.empty for one in seen.fresh), ""),
        ("products drawn, least / median / most ms", spread(seen.drawn), ""),
        ("pictures in sight too, ms", spread(seen.whole), ""),
        ("asked from login to content", " → ".join(one.path for one in seen.login), ""),
        (f"nodes, 60 and {PRODUCTS:,} products", f"{seen.nodes_few} and {seen.nodes_many}, {seen.products} seen", ""),
    ]


def _note() -> str:
    return (
        "Chromium on this machine, its processor slowed down four times by DevTools. SDK start-up: `require` of the "
        "SDK and `createYumen`, with a `wx` that answers at once and every visit measured, in a page where WeChat's "
        "framework and the storefront run already, as they do before the code of an app; a file is compiled when it is "
        "first asked for, and one that the start does not need is not; an empty module of the same size goes before. "
        "First screen: from opening the page, in a process that has shown a style sheet before, until the products of "
        "the home page are painted; the mini-program's files answer from memory, requests and pictures come after "
        "300 ms and share 1.6 Mbit/s; WeChat's own start, DNS and TLS are not in it. From login to content: requests "
        "that wait for each other from the tap until a bag with goods shows."
    )


async def _look(starts: int, screens: int) -> Seen:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with opened_shop(Path(folder)) as shop, chromium() as browser:
            url = await storefront.show(shop.running, shop.appid, "--minify")
            assert url is not None, "the runner's packages or the built SDK are missing: make test sees to them"
            started = [await sdk_start(browser, url) for _ in range(starts)]
            fresh = [await sdk_start(browser, None) for _ in range(starts)]
            package = Package()
            await first_screen_ms(browser, url, package)  # puts the package on the phone
            shown = [await first_screen_ms(browser, url, package) for _ in range(screens)]
            login = await login_exchanges(browser, url)
            few, many = 0, 0
            for count in (60, PRODUCTS):
                context = await browser.new_context(viewport=SCREEN, device_scale_factor=2, has_touch=True)
                page = await context.new_page()
                await stock(page, count)
                await page.goto(f"{url}phone/?page=/pages/category/category")
                await page.get_by_text("Made-up cedar candle 0", exact=False).first.wait_for()
                scrolled = await scroll_to_the_end(page, SCREENS_MAX)
                few, many = few or scrolled.nodes_max, scrolled.nodes_max
                await context.close()
    drawn, whole = (sorted(times) for times in zip(*shown, strict=True))
    return Seen(started, fresh, drawn, whole, login, few, many, len(scrolled.products))


def _sdk_bytes() -> dict[str, int]:
    """What the SDK's own test of its size says."""
    words = ["node", "--import", "tsx", "--test", "--test-reporter=spec", "tests/size.test.ts"]
    said = subprocess.run(words, cwd=SDK, capture_output=True, text=True, check=True).stdout
    return {name: int(figure) for name, figure in re.findall(r"([a-z ]+): (\d+) bytes", said)}


def _main_package_bytes() -> float:
    """As WeChat's own tools compile it; NaN where they are not installed."""
    if not (OFFICIAL / "node_modules/.installed").is_file():
        return math.nan
    done = subprocess.run(
        ["node", "check.mjs"], cwd=OFFICIAL, capture_output=True, text=True, check=True, timeout=COMPILE_MAX_S
    )
    assert json.loads(done.stdout.splitlines()[-1])["notes"] == []
    folder = OFFICIAL / "build"
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files if file.relative_to(folder).parts[0] not in SUB_PACKAGES)


if __name__ == "__main__":  # what Chromium shows, told and not written down
    for what, figure, _ in _rows(asyncio.run(_look(9, 7))):
        print(f"{what}: {figure}", flush=True)
