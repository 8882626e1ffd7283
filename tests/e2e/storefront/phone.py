"""One person's phone in a browser, as tests hold it; and pictures of it for looking at."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from urllib.parse import quote

from tests.e2e.storefront.words import pattern

SCREEN = {"width": int(os.environ.get("SCREEN_WIDTH", "390")), "height": 844}
WAIT_MS = 15_000
"""A bound for what never comes; nothing is slower because of it."""
TIMES_MAX, PAUSE_S = 150, 0.1
TOO_WIDE = """() => {
  const title = document.querySelector('.phone-page:not([hidden]) .phone-head span')
  if (title.scrollWidth > title.clientWidth) return [`the title ${title.textContent} is cut`]
  const page = document.querySelector('.phone-page:not([hidden]) .phone-body')
  if (page.scrollWidth <= page.clientWidth) return []
  const free = 'wx-scroll-view, wx-swiper, .mcard, .hero'
  const wide = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(free)
  return [...page.querySelectorAll('*')].filter(wide).map((one) => one.outerHTML.slice(0, 160))
}"""
SETTLED = """async (end) => {
  const page = document.querySelector('.phone-page:not([hidden]) .phone-body')
  const more = page.scrollHeight - page.clientHeight
  page.scrollTop = end ? more : 0
  const seen = [...document.images].filter((one) => one.loading !== 'lazy')
  await Promise.all(seen.map((one) => one.decode().catch(() => 0)))
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  return !end || more > 40
}"""


class Phone:
    """`tap`, `see` and `label` speak of what stands on the page in front, in English whatever its language.

    Nothing waits for words that may stand there already: who waits for a change waits for what only the change brings.
    """

    def __init__(self, context, page, url):
        self.context, self.page, self.url = context, page, url
        self.language = "en"

    @property
    def front(self):
        return self.page.locator(".phone-page:not([hidden])")

    async def open(self, page="", **settings):
        """Start the mini-program, on one of its pages when named; `settings` are the phone's own."""
        if settings:
            await self.page.goto(self.url + "phone/phone.css")
            for name, value in settings.items():
                await self.page.evaluate("([n, v]) => localStorage.setItem('phone.' + n, v)", [name, value])
        await self.page.goto(self.url + "phone/" + (f"?page={quote(page)}" if page else ""))
        await self.page.wait_for_selector("html[data-ready]")
        self.language = "en" if await self.page.evaluate("phone.device.get('language')") == "en" else "zh"

    async def set(self, name, value):
        await self.page.evaluate("([n, v]) => phone.device.set(n, v)", [name, value])

    def text(self, text, *, whole=True):
        return self.front.get_by_text(pattern(text, self.language, whole=whole)).first

    def label(self, *texts):
        """What is named by these texts, one after the other."""
        said = (pattern(text, self.language, whole=False).pattern for text in texts)
        return self.front.get_by_label(re.compile(r"\s".join(said))).first

    def chip(self, text):
        """One of a few to choose from; in Chinese the title of a page may say the same."""
        return self.front.locator(".chip").get_by_text(pattern(text, self.language, whole=True))

    async def tap(self, text, exact=True):
        await self.text(text, whole=exact).click()

    async def see(self, text):
        await self.text(text, whole=False).wait_for()

    async def sees_not(self, text):
        return await self.front.get_by_text(pattern(text, self.language, whole=False)).count() == 0

    async def gone(self, text):
        await self.text(text, whole=False).wait_for(state="hidden")

    async def tab(self, number):
        await self.front.locator(".phone-tab").nth(number).click()

    async def back(self):
        await self.front.locator(".phone-back").click()

    async def fresh(self):
        """The page in front has asked the server anew, and shows what it heard."""
        await self.page.evaluate("getCurrentPages().pop().reload()")

    async def answer(self, text):
        """A dialog that WeChat draws over the page."""
        said = pattern(text, self.language, whole=True)
        await self.page.locator(".phone-cover").get_by_text(said).last.click()

    async def at(self, name):
        await self.page.wait_for_selector(f'.phone-page:not([hidden])[data-page*="{name}"]')

    async def agree(self):
        """To the privacy notice, in the sheet of the SDK."""
        await self.front.locator("#yumen-agree").click()

    async def told(self, act):
        """Do something that ends with a toast, and wait for that toast, not for one from before."""
        before = await self.page.evaluate("phone.wx.dialogs.told.length")
        await act
        await self.page.wait_for_function("(before) => phone.wx.dialogs.told.length > before", arg=before)

    async def order(self):
        """The id of the order that the page in front shows."""
        return await self.page.evaluate("getCurrentPages().pop().id")

    async def buy(self, goods, pay="Pay ¥68"):
        """From the product in front of it to a paid order, with the address book of WeChat."""
        await self.tap(goods)
        await self.tap("Buy now")
        if not await self.page.evaluate("phone.device.get('privacy') === 'agreed'"):
            await self.agree()
        await self.at("checkout")
        await self.tap("WeChat address")
        await self.front.locator(".place-on").wait_for()
        await self.tap(pay)

    async def until(self, there, what):
        """Ask again and again for what only the worker or another phone brings about."""
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

    async def look(self, name):
        """Nothing is wider than the screen; and where PICTURES names a folder, the page in both themes, top and end."""
        wide = await self.page.evaluate(TOO_WIDE)
        assert not wide, f"{name}: {wide}"
        folder = pictures()
        if folder is None:
            return
        theme = await self.page.evaluate("phone.device.get('theme')")
        for shown in ("light", "dark"):
            await self.set("theme", shown)
            for end in (False, True):
                if await self.page.evaluate(SETTLED, end):
                    file = f"{name}-{self.language}-{shown}{'-end' if end else ''}.png"
                    await self.page.screenshot(path=str(folder / file))
        await self.page.evaluate(SETTLED, False)
        await self.set("theme", theme)


def pictures() -> Path | None:
    named = os.environ.get("PICTURES")
    if not named:
        return None
    Path(named).mkdir(parents=True, exist_ok=True)
    return Path(named)
