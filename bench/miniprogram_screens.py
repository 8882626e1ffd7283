"""The mini-program on a phone in Chromium: a processor four times slower, a 3G network, requests counted."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Request, Route, ViewportSize, async_playwright

from bench.ground import ROOT

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
QUIET: Final = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
SCREEN: Final[ViewportSize] = {"width": 390, "height": 844}
CPU_SLOWER: Final = 4
LATENCY_MS: Final = 300
BYTES_A_SECOND: Final = 200_000
"""1.6 Mbit/s."""
OVER_THE_AIR: Final = (
    "/phone/request",
    "/phone/picture",
    "/phone/login",
    "/phone/number",
    "/phone/address",
    "/phone/pay",
)
WAIT_MS: Final = 30_000
TILE: Final = '[role="link"][aria-label*="¥"]'
IN_CHROMIUM: Final = ROOT / "bench/peers/miniprogram/browser"
SDK: Final = ROOT / "miniprogram/sdk/miniprogram_dist"
READ_AT_START: Final = ("core", "index")
"""Files of the SDK that `require` and `createYumen` ask for; more.js waits until one of its parts is used."""
SETTLE_MS: Final = 500


@dataclass(frozen=True)
class Exchange:
    """One request of the app: when it began and ended, in ms."""

    path: str
    began: float
    ended: float


def round_trips(exchanges: Sequence[Exchange]) -> int:
    """How many of them had to be waited for one after the other. Pure."""
    depths: list[int] = []
    for one in exchanges:
        before = [depth for other, depth in zip(exchanges, depths, strict=False) if other.ended <= one.began]
        depths.append(1 + max(before, default=0))
    return max(depths, default=0)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser of this machine; CHROMIUM names another."""
    program = os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, PROGRAMS) if path), None)
    if program is None:
        raise FileNotFoundError("no Chromium here: set CHROMIUM=/path/to/it")
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=[*rights, *QUIET])
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Start:
    """Milliseconds from `require`: until the SDK is made, until its first request is sent; and for an empty module."""

    made: float
    asked: float
    empty: float


async def sdk_start(browser: Browser, url: str | None) -> Start:
    """What the SDK adds to the start of an app: in a page where WeChat's framework runs already, which is the one at
    `url`, or in a process that has run nothing. An empty module of the same size goes before it."""
    context = await browser.new_context(viewport=SCREEN)
    page = await context.new_page()
    if url is None:
        await page.set_content("<!doctype html><title>a</title>")
    else:
        await page.goto(url + "phone/")
        await page.locator(TILE).first.wait_for()
        await page.wait_for_timeout(SETTLE_MS)
    await page.evaluate(_script("stub"))
    await _slow_down(page)
    files = {name: (SDK / f"{name}.js").read_text(encoding="utf-8") for name in (*READ_AT_START, "more")}
    comments = {name: "/*" + files[name].replace("*/", "* ") + "*/" for name in READ_AT_START}
    empty = await page.evaluate(_script("start"), {"files": comments, "empty": True})
    started = await page.evaluate(_script("start"), {"files": files, "empty": False})
    await context.close()
    assert sorted(started["files"]) == sorted(READ_AT_START), f"read at the start: {started['files']}"
    return Start(float(started["made"]), float(started["asked"]), float(empty["made"]))


@dataclass
class Air:
    """What lies between the phone and the shop: each answer comes after the latency, and they share one rate.

    Chromium's own slow network would hold up the files of the package as well, which it asks nobody for.
    """

    free_at: float = 0.0

    def arrives_at(self, now: float, size: int) -> float:
        """When an answer of so many bytes to a question asked now is there. Seconds."""
        self.free_at = max(now + LATENCY_MS / 1e3, self.free_at) + size / BYTES_A_SECOND
        return self.free_at


@dataclass
class Package:
    """The mini-program's own files, once they are on the phone: they answer at once, whatever the network."""

    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    air: Air = field(default_factory=Air)

    async def install(self, context: BrowserContext) -> None:
        """Answer for the runner in this context; what goes over the air takes its time."""
        await context.route("**/*", self._answer)

    async def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path in OVER_THE_AIR:
            asked_at = time.monotonic()
            answer = await route.fetch()
            body = await answer.body()
            await asyncio.sleep(self.air.arrives_at(asked_at, len(body)) - time.monotonic())
            await route.fulfill(response=answer, body=body)
            return
        if path not in self.files:
            answer = await route.fetch()
            self.files[path] = (answer.status, answer.headers, await answer.body())
        status, headers, body = self.files[path]
        await route.fulfill(status=status, headers=headers, body=body)


async def first_screen_ms(browser: Browser, url: str, package: Package) -> tuple[float, float]:
    """From the start of the mini-program: products drawn; pictures in sight there too."""
    context = await browser.new_context(viewport=SCREEN, device_scale_factor=2, has_touch=True)
    await package.install(context)
    page = await context.new_page()
    await page.goto(url + "phone/phone.css")  # WeChat's own process runs before any mini-program opens
    await page.add_init_script(_script("watch"))
    await _slow_down(page)
    package.air = Air()
    await page.goto(url + "phone/")
    await page.wait_for_function("window.wholeScreen", timeout=WAIT_MS)
    drawn, whole = await page.evaluate("[firstScreen, wholeScreen]")
    await context.close()
    return float(drawn), float(whole)


async def _slow_down(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})


async def _slow_network(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    rates = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    await session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **rates})


async def login_exchanges(browser: Browser, url: str) -> list[Exchange]:
    """What is asked from the tap on "log in" until the bag, which has something in it, is on the screen."""
    context = await browser.new_context(viewport=SCREEN, device_scale_factor=2, has_touch=True)
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    front = page.locator(".phone-page:not([hidden])")
    await page.goto(url + "phone/phone.css")
    await page.evaluate("localStorage.setItem('phone.language', 'en')")
    await page.goto(url + "phone/")
    await front.locator(TILE).first.click()
    await front.get_by_text("Add to bag", exact=True).click()
    await front.locator("#yumen-agree").click()
    await page.locator(".phone-toast").wait_for()
    await page.evaluate("wx.switchTab({ url: '/pages/me/me' })")
    await front.get_by_text("Log out", exact=True).click()
    await front.get_by_text("as a guest").wait_for()
    await page.evaluate("wx.switchTab({ url: '/pages/cart/cart' })")
    found: list[Exchange] = []
    page.on("requestfinished", lambda request: found.extend(_exchange(request)))
    await _slow_network(page)
    await front.get_by_text("Log in", exact=True).click()
    await front.get_by_text("Check out", exact=True).wait_for()
    await context.close()
    return sorted(found, key=lambda one: one.began)


def _exchange(request: Request) -> list[Exchange]:
    if urlsplit(request.url).path != "/phone/request":
        return []
    began = request.timing["startTime"] + request.timing["requestStart"]
    asked = json.loads(request.post_data or "{}")
    return [Exchange(urlsplit(asked["url"]).path, began, request.timing["startTime"] + request.timing["responseEnd"])]


def _script(name: str) -> str:
    return (IN_CHROMIUM / f"{name}.js").read_text(encoding="utf-8")
