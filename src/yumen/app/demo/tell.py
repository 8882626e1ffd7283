"""The order of the demo: start everything, let the shoppers in, let some leave, prove what can be proven, say it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
from rich.console import Console

from yumen.app import storefront
from yumen.app.cli.words import say
from yumen.app.demo import cast, crossing, errands, parcels, proof, shopkeeper, summary, till, vantage
from yumen.app.demo.headquarters import Headquarters
from yumen.app.demo.premises import FOLDER, Premises, enter, place
from yumen.app.demo.shopper import Api, Unexpected
from yumen.app.demo.summary import Sales, Shown
from yumen.app.up import Running, addresses, ended_by_signal, everything
from yumen.kit.clock import real_now, shanghai_day
from yumen.kit.postgres.site import site_of
from yumen.sandbox.hubspot.client import Admin as HubSpotAdmin
from yumen.sandbox.salesforce.client import Admin as SalesforceAdmin
from yumen.sandbox.wechat.client import Admin, AdminRefused
from yumen.sandbox.wechat.records import Person
from yumen.sandbox.wechatpay.client import Admin as PayAdmin

ASK_MAX_S: Final = 60
PAYMENT_VISIBLE_AFTER_S: Final = 0.2
"""Shipping management knows a payment so long after it; in earnest it is seconds, and parcels are told again."""
WIDTH: Final = 80
"""Columns where no terminal says how wide it is."""


async def run_demo(shoppers: int, once: bool) -> bool:
    """Show everything; with `once` end then, else stay up until Ctrl-C. Answers whether all went as it should."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    folder = place()
    if folder != FOLDER:
        console.print(f"· {say('demo.beside', old=str(FOLDER), folder=str(folder))}", style="dim")
    premises = enter(folder)
    good = False
    try:
        with ended_by_signal():
            async with everything(premises.settings, lambda line: console.print(f"· {line}", style="dim")) as running:
                good = await _show(console, premises, running, shoppers)
                if not once:
                    await _stay_open(console, premises, running)
    except (Unexpected, AdminRefused, TimeoutError, aiohttp.ClientError) as failed:
        print(say("demo.failed", why=f"{type(failed).__name__} {failed}"), file=sys.stderr)
        return False
    return good


async def _stay_open(console: Console, premises: Premises, running: Running) -> None:
    """Say what there is to open, and wait; a line may be longer than the terminal, so that an address stays whole."""
    shop = await storefront.show(running, premises.appid)
    first = say("demo.storefront", url=shop) if shop else say("demo.no_storefront")
    for line in (first, *addresses(running), say("demo.next")):
        console.print(line, soft_wrap=True)
    await asyncio.Event().wait()


async def _show(console: Console, premises: Premises, running: Running, shoppers: int) -> bool:
    assert running.sandbox_admin_url is not None
    assert running.pay_admin_url is not None
    appid = premises.appid
    timeout = aiohttp.ClientTimeout(total=ASK_MAX_S)
    async with (
        Admin(running.sandbox_admin_url) as wechat,
        PayAdmin(running.pay_admin_url) as pay,
        aiohttp.ClientSession(timeout=timeout) as session,
    ):
        api = Api(session, running.settings.server.shopper_url)
        await open_shop(premises, running, wechat)
        people = await _people(wechat, shoppers)
        with _counted(console, say("demo.visiting"), len(people)) as told:
            played = await cast.play(api, wechat, appid, people, told)
        console.print(f"· {say('demo.shopping')}", style="dim")
        sales = await _sell(console, premises, running, pay, api, played, wechat)
        console.print(f"· {say('demo.crossing')}", style="dim")
        crossed = await _cross(premises, running, api, sales.bought)
        console.print(f"· {say('demo.leaving')}", style="dim")
        sealed = await proof.sealed_sample(running.databases)
        await cast.leave(api, wechat, appid, played)
        console.print(f"· {say('demo.comparing')}", style="dim")
        felt = await vantage.compare(api, wechat, appid, people[len(cast.Part) :] or people[:2])
    console.print(f"· {say('demo.proving')}", style="dim")
    folder = running.settings.trail.publish_folder
    await proof.until_published(running.databases, folder)
    verdict = await proof.verify(folder)
    searched = await asyncio.to_thread(_search, running, played, sales.bought)
    shown = Shown(played, sales, crossed, sealed, searched, verdict, felt)
    summary.show(console, shown)
    return shown.good


async def _cross(premises: Premises, running: Running, api: Api, bought: list[errands.Bought]) -> crossing.Crossed:
    """Let the members cross into both systems of headquarters."""
    assert running.salesforce_admin_url is not None
    assert running.hubspot_admin_url is not None
    keeper = await shopkeeper.hire(premises, running, api.session)
    async with (
        SalesforceAdmin(running.salesforce_admin_url) as salesforce,
        HubSpotAdmin(running.hubspot_admin_url) as hubspot,
    ):
        return await crossing.Border(running, api, keeper, Headquarters(salesforce, hubspot)).cross(bought)


async def _sell(
    console: Console,
    premises: Premises,
    running: Running,
    pay: PayAdmin,
    api: Api,
    played: list[cast.Played],
    wechat: Admin,
) -> Sales:
    """Open the till, fill the shelves, let people buy, compare the bill of the day (of two where midnight passed)."""
    began = shanghai_day(real_now())
    assert running.sandbox_admin_url is not None
    await till.open_till(premises, pay, running.sandbox_admin_url)
    await shopkeeper.fill_shelves(running)
    keeper = await shopkeeper.hire(premises, running, api.session)
    await keeper.set_rules()
    bought = await errands.Street(api, pay, keeper, premises.appid).go(played)
    console.print(f"· {say('demo.shipping')}", style="dim")
    told = await parcels.until_told(wechat, premises.appid, bought)
    console.print(f"· {say('demo.reconciling')}", style="dim")
    days = sorted({began, shanghai_day(real_now())})
    return Sales(bought, await till.reconcile(running.settings, pay, keeper, days), told)


async def open_shop(premises: Premises, running: Running, wechat: Admin) -> None:
    """Make the app known to the sandbox, as WeChat's console would, and point its pushes at our hooks."""
    app = premises.settings.app["velvet"]
    known = {each.appid for each in (await wechat.overview()).apps}
    if app.appid not in known:
        await wechat.create_app(
            name="Velvet Pine 绒松",
            appid=app.appid,
            secret=app.secret.reveal(),
            original_id=app.original_id,
            open_platform="velvet",
        )
    await wechat.change_app(app.appid, trade_rules={"visible_after_s": PAYMENT_VISIBLE_AFTER_S})
    url = f"{running.settings.server.hooks_url}/hooks/wechat/{app.appid}"
    await wechat.set_push(
        app.appid, url, app.push_token.reveal(), app.push_aes_key.reveal(), mode=app.push_mode, format=app.push_format
    )


async def _people(wechat: Admin, wanted: int) -> list[Person]:
    """New made-up people each time, so that every start shows first visits."""
    return (await wechat.add_people(wanted))[-wanted:]


def _search(running: Running, played: list[cast.Played], bought: list[errands.Bought]) -> proof.Searched:
    """Every made-up openid, phone, name and address, in every file of ours; the sandboxes play those who know them."""
    values = [value for each in played for value in (each.openid, each.person.pure_phone, each.person.name)]
    values += [value for each in bought for value in each.secrets]
    settings = running.settings
    embedded = settings.database.embedded_folder
    folders = [embedded, site_of(embedded.absolute()).data, settings.keys.folder, settings.trail.publish_folder]
    ours = [file for file in (running.supervisor.folder,) if file.exists()]
    return proof.search(values, [*folders, *ours])


@contextmanager
def _counted(console: Console, what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A line that counts on a terminal; elsewhere one line at the end."""
    if not console.is_terminal:
        yield lambda done: None
        console.print(f"· {what}: {total}", style="dim")
        return
    with console.status(f"{what} 0/{total}") as status:
        yield lambda done: status.update(f"{what} {done}/{total}")
    console.print(f"· {what}: {total}", style="dim")
