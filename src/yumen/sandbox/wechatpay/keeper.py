"""Keep the sandbox itself: its clock, its defaults, what it saw, and beginning anew."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec import UNSET

from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.memory import ClockUnfit
from yumen.sandbox.kit.sender import NoLoopback, read_target
from yumen.sandbox.kit.vantage import find_vantage
from yumen.sandbox.wechatpay.codes import ADDRESS_UNFIT, CLOCK_UNFIT, VANTAGE_UNKNOWN
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.shapes import ClockAsk, Counted, Metrics, Overview, ResetAsk, SettingsChange
from yumen.sandbox.wechatpay.world import World

NOTICE: Final = "SANDBOX / 沙箱 — this is not WeChat Pay"


class Keeper:
    """The sandbox's own desk."""

    def __init__(self, world: World, postman: Postman, refunds: Refunds) -> None:
        self.world = world
        self.postman = postman
        self.refunds = refunds

    def overview(self, _: Ask) -> Overview:
        """At a glance."""
        world = self.world
        return Overview(
            notice=NOTICE,
            seed=world.settings.seed,
            now=world.now(),
            offset_s=world.clock.offset_s,
            vantage=world.settings.vantage,
            merchants=list(world.merchants.values()),
            orders=len(world.orders),
            refunds=len(world.refunds),
            calls=sum(world.metrics.values()),
            notices_waiting=sum(notice.state == "waiting" for notice in world.notices.values()),
        )

    def move_clock(self, ask: Ask) -> Overview:
        """Everything that expires, settles or is retried, does so by this clock."""
        wish: ClockAsk = ask.body
        try:
            self.world.move_clock(
                None if wish.offset_s is UNSET else wish.offset_s, 0.0 if wish.advance_s is UNSET else wish.advance_s
            )
        except ClockUnfit:
            raise CLOCK_UNFIT() from None
        self.refunds.settle_due()
        self.postman.wake()
        return self.overview(ask)

    def change_settings(self, ask: Ask) -> Overview:
        """What is given: default vantage, the WeChat sandbox that hears of payments."""
        wish: SettingsChange = ask.body
        settings = self.world.settings
        if wish.vantage is not UNSET:
            place = find_vantage(wish.vantage)
            if place is None:
                raise VANTAGE_UNKNOWN(at="/vantage")
            settings.vantage = place.name
        if wish.wechat_admin_url is not UNSET:
            settings.wechat_admin_url = _checked(wish.wechat_admin_url)
        self.world.save_settings()
        return self.overview(ask)

    def reset(self, ask: Ask) -> Overview:
        """Forget merchants, orders, refunds, notices, certificates and calls."""
        wish: ResetAsk = ask.body
        self.world.reset(None if wish.seed is UNSET else wish.seed)
        self.postman.forget()
        self.refunds.forget()
        return self.overview(ask)

    def list_calls(self, ask: Ask) -> list[LogRow]:
        """The newest calls, personal values cut out; `?limit=`, `?path=`, `?mchid=`."""
        query = ask.request.query
        path, mchid = query.get("path", ""), query.get("mchid", "")
        where = "(? = '' OR path = ?) AND (? = '' OR tenant = ?)"
        return self.world.journal.calls(where, (path, path, mchid, mchid), ask.number("limit", 100, 1000))

    def metrics(self, _: Ask) -> Metrics:
        """Counts since the start."""
        counted = sorted(self.world.metrics.items())
        return Metrics(
            calls=[Counted(endpoint=name, outcome=outcome, calls=number) for (name, outcome), number in counted],
            orders=dict(Counter(order.state for order in self.world.orders.values())),
            refunds=dict(Counter(refund.status for refund in self.world.refunds.values())),
            notices=dict(Counter(notice.state for notice in self.world.notices.values())),
        )


def _checked(url: str) -> str:
    try:
        if url:
            read_target(url)
    except NoLoopback:
        raise ADDRESS_UNFIT(at="/wechat_admin_url") from None
    return url.rstrip("/")
