"""The shop, put together: catalogue, club and orders, WeChat Pay between them, and who listens to what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from yumen.app import shop_notices as notices
from yumen.app.alarms import raise_alarm
from yumen.customer import catalog, identity, loyalty, orders
from yumen.customer.catalog import routes as catalog_routes
from yumen.customer.loyalty import routes as loyalty_routes
from yumen.customer.orders import routes as orders_routes
from yumen.kit.db import Role
from yumen.kit.events import Bus
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.settings import ChapterSettings, Settings
from yumen.kit.turn import Turn
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security.datamap import Holding
from yumen.wechat import pay

CHAPTERS: Final[Mapping[str, Mapping[str, Sequence[Any]]]] = {
    "catalog": {"shopper": catalog_routes.ROUTES, "staff": catalog_routes.STAFF_ROUTES},
    "loyalty": {"shopper": loyalty_routes.ROUTES, "staff": loyalty_routes.STAFF_ROUTES},
    "orders": {
        "shopper": orders_routes.ROUTES,
        "staff": orders_routes.STAFF_ROUTES,
        "hooks": orders_routes.HOOK_ROUTES,
    },
}
"""The routes of each chapter, by edge."""
HOLDINGS: Final[tuple[Holding, ...]] = (*loyalty.HOLDINGS, *orders.HOLDINGS)

HOOK: Final = "/hooks/wechatpay/"
EXPIRE_STOCK: Final = "catalog.expire_reservations"
ISSUE_COUPONS: Final = "loyalty.issue_batch"
LOW_STOCK: Final = "catalog.stock_low"
LEDGER_UNSOUND: Final = "loyalty.ledger_unsound"

NIGHTLY: Final[dict[str, tuple[Callable[[Work, Arguments], Any], str]]] = {
    "loyalty.expire": (loyalty.expiry.expire_job, "40 16 * * *"),
    "loyalty.plan_notices": (loyalty.expiry.plan_notices_job, "0 1 * * *"),
    "loyalty.review_tiers": (loyalty.standing.review_due_job, "50 16 * * *"),
    "loyalty.check": (loyalty.check.check_job, "0 19 * * *"),
}
"""Jobs of the club for each handler, by the clock (UTC; 16:00 is midnight in China)."""


def routes_of(edge: str, chapters: ChapterSettings) -> list[Any]:
    """The routes of the chapters that are switched on; those of the others are not there at all."""
    return [route for name, edges in CHAPTERS.items() if getattr(chapters, name) for route in edges.get(edge, ())]


@asynccontextmanager
async def open_shop(settings: Settings, work: Work, http: Http) -> AsyncIterator[dict[type, object]]:
    """The shop's services, for as long as the block lasts; at its end nobody waits for stock any more.

    Raises `wechat_pay.merchant_unfit` naming the setting that is wrong.
    """
    turn = Turn()
    reservations = catalog.Reservations(work.database.lanes(Role.APP), work.clock, work.sink, turn.at(0))
    club: orders.Rewards = orders.Club() if settings.chapters.loyalty else orders.NoRewards()
    rules = settings.shop
    shop = orders.Shop(
        orders.CatalogGoods(reservations),
        club,
        orders.quote.Rules(rules.shipping_fen, rules.free_from_fen, rules.round_to_fen),
        {merchant.mchid: merchant.fee_ppm for merchant in settings.merchant.values()},
        timedelta(minutes=rules.unpaid_minutes),
        orders.Lanes(turn),
    )
    yield {
        catalog.Tiers: catalog.Tiers(club.tier),
        orders.Shop: shop,
        loyalty.messages.Templates: templates_of(settings),
        pay.Pay: pay.Pay(merchants_of(settings), http),
    }
    await shop.lanes.close()
    await reservations.close()


def merchants_of(settings: Settings) -> list[pay.Merchant]:
    """The merchants of the settings, each with the apps that pay it."""
    return [
        pay.from_settings(
            merchant,
            [settings.app[name].appid for name in merchant.apps],
            f"{settings.server.hooks_url}{HOOK}{merchant.mchid}",
        )
        for merchant in settings.merchant.values()
    ]


def templates_of(settings: Settings) -> loyalty.messages.Templates:
    """The subscribe message templates of the settings; none where the club is switched off."""
    if not settings.chapters.loyalty:
        return loyalty.messages.Templates()
    told = [
        loyalty.messages.Template(
            settings.app[one.app].appid,
            one.about,
            one.template,
            tuple((field, fact) for field, _, fact in (key.partition("=") for key in one.keys)),
            one.page,
        )
        for one in settings.message.values()
    ]
    return loyalty.messages.Templates(tuple(told))


def register(jobs: Jobs, bus: Bus) -> None:
    """Make the shop's jobs known and wire its events."""
    orders.register(jobs, bus, raise_alarm)
    jobs.register(EXPIRE_STOCK, catalog.stock.expire_due_job, cron="* * * * * */20")
    jobs.register(ISSUE_COUPONS, loyalty.coupon_issue.issue_batch_job)
    jobs.register(LOW_STOCK, _stock_low)
    jobs.register(LEDGER_UNSOUND, _ledger_unsound)
    notices.register(jobs, bus)
    for name, (run, cron) in NIGHTLY.items():
        jobs.register(name, _for_each_handler(run), cron=cron)
    bus.listen(loyalty.CouponBatchBegun, ISSUE_COUPONS)
    bus.listen(loyalty.LedgerUnsound, LEDGER_UNSOUND)
    bus.listen(catalog.StockLow, LOW_STOCK)


def close_chapters(jobs: Jobs, chapters: ChapterSettings) -> None:
    """A chapter that is switched off does nothing by itself either; what stands in the queue of it is still done."""
    for name in CHAPTERS:
        if not getattr(chapters, name):
            jobs.stop_clock(f"{name}.")


def _for_each_handler(run: Callable[[Work, Arguments], Any]) -> Callable[[Work, Arguments], Any]:
    async def each(work: Work, args: Arguments) -> None:
        for handler in work.use(identity.Apps).handlers():
            await run(work, {"handler": handler})

    return each


async def _stock_low(work: Work, args: Arguments) -> None:
    async with work.begin(_worker(args)) as uow:
        code = await catalog.stock.code_of(uow, int(args["sku"] or 0))
        await raise_alarm(uow, "catalog.stock_low", f"sku {code}")


async def _ledger_unsound(work: Work, args: Arguments) -> None:
    async with work.begin(_worker(args)) as uow:
        await raise_alarm(uow, "loyalty.ledger_unsound", f"handler {args['handler']}")


def _worker(args: Arguments) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
