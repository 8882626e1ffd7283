"""The storefront on a phone in the browser, over what is real: backend, worker, simulators of WeChat and WeChat Pay."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from yumen.app import storefront
from yumen.app.demo import shopkeeper, till
from yumen.app.demo.premises import enter
from yumen.app.demo.tell import open_shop
from yumen.app.up import Running, everything
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechatpay.client import Admin as PayAdmin

SCREEN = {"width": 390, "height": 844}
WAIT_MS = 15_000
TIMES_MAX, PAUSE_S = 150, 0.1


@dataclass
class Street:
    """Everything that runs, the page's address and the shop's staff."""

    running: Running
    appid: str
    url: str
    keeper: shopkeeper.Shopkeeper

    async def staff(self, method: str, path: str, body: object = None):
        return await self.keeper.api.must(method, f"/staff/v1{path}", self.keeper.first, body)


@pytest.fixture(scope="session")
async def street(tmp_path_factory):
    """One shop for the whole session; every phone in it belongs to somebody new."""
    if not storefront.is_there():
        pytest.skip("Node.js, the runner's packages or the built SDK are missing (make test sees to them)")
    premises = enter(tmp_path_factory.mktemp("street"))
    async with (
        everything(premises.settings, lambda line: None) as running,
        aiohttp.ClientSession() as http,
        Admin(running.sandbox_admin_url) as wechat,
        PayAdmin(running.pay_admin_url) as pay,
    ):
        await open_shop(premises, running, wechat)
        await till.open_till(premises, pay, running.sandbox_admin_url)
        await shopkeeper.fill_shelves(running)
        keeper = await shopkeeper.hire(premises, running, http)
        await keeper.set_rules()
        yield Street(running, premises.appid, await storefront.show(running, premises.appid), keeper)


class Phone:
    """One person's phone. `tap` and `see` speak of what stands on the page in front."""

    def __init__(self, context, page, url):
        self.context, self.page, self.url = context, page, url

    @property
    def front(self):
        return self.page.locator(".phone-page:not([hidden])")

    async def open(self, page="", **settings):
        """Start the mini-program, on one of its pages when named; `settings` are the phone's own."""
        if settings:
            await self.page.goto(self.url + "phone/phone.css")
            for name, value in settings.items():
                await self.page.evaluate("([n, v]) => localStorage.setItem('phone.' + n, v)", [name, value])
        await self.page.goto(self.url + "phone/" + (f"?page={page}" if page else ""))
        await self.page.wait_for_selector("html[data-ready]")

    async def set(self, name, value):
        await self.page.evaluate("([n, v]) => phone.device.set(n, v)", [name, value])

    async def tap(self, text, exact=True):
        await self.front.get_by_text(text, exact=exact).first.click()

    async def see(self, text):
        await self.front.get_by_text(text).first.wait_for(timeout=WAIT_MS)

    async def sees_not(self, text):
        return await self.front.get_by_text(text).count() == 0

    async def tab(self, number):
        await self.front.locator(".phone-tab").nth(number).click()

    async def back(self):
        await self.front.locator(".phone-back").click()

    async def answer(self, text):
        """A dialog that WeChat draws over the page."""
        await self.page.locator(".phone-cover").get_by_text(text, exact=True).last.click()

    async def at(self, name):
        await self.page.wait_for_selector(f'.phone-page:not([hidden])[data-page*="{name}"]', timeout=WAIT_MS)

    async def agree(self):
        """To the privacy notice, in the sheet of the SDK."""
        await self.front.locator("#yumen-agree").click()

    async def until(self, there, what):
        for _ in range(TIMES_MAX):
            if await there():
                return
            await asyncio.sleep(PAUSE_S)
        raise AssertionError(f"never: {what}")

    async def problems(self):
        return await self.page.evaluate("window.phone instanceof Window ? [] : phone.problems")

    async def kept(self):
        """What the mini-program has stored."""
        return await self.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('app.'))")

    async def picture(self, name):
        """For looking at, where PICTURES names a folder."""
        folder = pictures()
        if folder:
            await self.page.wait_for_timeout(250)
            await self.page.screenshot(path=str(folder / f"{name}.png"))


def pictures() -> Path | None:
    named = os.environ.get("PICTURES")
    if not named:
        return None
    Path(named).mkdir(parents=True, exist_ok=True)
    return Path(named)


@pytest.fixture
async def new_stray_phone(browser):
    """A maker of phones before any runner; afterwards none of them has met an error of the code."""
    made = []

    async def make(url) -> Phone:
        context = await browser.new_context(viewport=SCREEN, device_scale_factor=2, has_touch=True)
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        phone = Phone(context, page, url)
        made.append(phone)
        return phone

    yield make
    problems = [await phone.problems() for phone in made]
    for phone in made:
        await phone.context.close()
    assert not any(problems), problems


@pytest.fixture
async def new_phone(street, new_stray_phone):
    """A maker of phones in the street."""

    async def make(url=street.url) -> Phone:
        return await new_stray_phone(url)

    return make
