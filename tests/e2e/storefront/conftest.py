"""The storefront on a phone in the browser, over what is real: backend, worker, simulators of WeChat and WeChat Pay."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import psycopg
import pytest

from tests.e2e.storefront.phone import SCREEN, WAIT_MS, Phone
from yumen.app import storefront
from yumen.app.demo import shopkeeper, till
from yumen.app.demo.premises import Premises, enter
from yumen.app.demo.tell import open_shop
from yumen.app.up import Running, everything
from yumen.kit.db import Role
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechatpay.client import Admin as PayAdmin


@asynccontextmanager
async def shown(street, root):
    """Another mini-program before the same street: the address of its phone."""
    running = street.running
    program = await asyncio.create_subprocess_exec(
        *("node", storefront.RUNNER / "serve.mjs", f"--root={root}", f"--appid={street.appid}"),
        f"--api={running.settings.server.shopper_url}",
        *(f"--wechat={running.sandbox_admin_url}", f"--cashier={running.pay_admin_url}"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield (await program.stdout.readline()).decode().strip()
    finally:
        program.terminate()
        await program.wait()


@dataclass
class Street:
    """Everything that runs, the page's address and the shop's staff."""

    premises: Premises
    running: Running
    url: str
    keeper: shopkeeper.Shopkeeper

    @property
    def appid(self) -> str:
        return self.premises.appid

    async def staff(self, method: str, path: str, body: object = None):
        return await self.keeper.api.must(method, f"/staff/v1{path}", self.keeper.first, body)

    async def claim(self, order: str) -> str:
        """The only claim of an order."""
        found = (await self.staff("GET", "/claims?limit=100"))["items"]
        (claim,) = (each["id"] for each in found if each["order"] == order)
        return claim

    async def pictures(self, claim: str) -> int:
        """How many lie with a claim; no page of the staff's says so yet."""
        async with await psycopg.AsyncConnection.connect(self.running.databases.urls[Role.APP]) as conn:
            found = await conn.execute("select count(*) from orders.evidence where claim_id = %s", (claim,))
            (number,) = await found.fetchone()
            return number

    async def approve(self, order: str) -> str:
        claim = await self.claim(order)
        await self.staff("POST", f"/claims/{claim}/approve")
        return claim


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
        yield Street(premises, running, await storefront.show(running, premises.appid), keeper)


@pytest.fixture
async def new_stray_phone(browser):
    """A maker of phones before whichever runner; afterwards none of them has met an error of the code."""
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
