"""Keep the sandbox itself: its clock, its defaults, what it saw, and beginning anew."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec import UNSET

from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.memory import ClockUnfit
from yumen.sandbox.wechat.codes import CLOCK_UNFIT
from yumen.sandbox.wechat.lookup import check_vantage
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.records import Push
from yumen.sandbox.wechat.shapes import ClockAsk, Counted, Metrics, Overview, ResetAsk, SettingsChange
from yumen.sandbox.wechat.world import World

NOTICE: Final = "SANDBOX / 沙箱 — this is not WeChat"


class Keeper:
    """The sandbox's own desk."""

    def __init__(self, world: World, postman: Postman) -> None:
        self.world = world
        self.postman = postman

    def overview(self, _: Ask) -> Overview:
        """At a glance."""
        world = self.world
        return Overview(
            notice=NOTICE,
            seed=world.settings.seed,
            now=world.now(),
            offset_s=world.clock.offset_s,
            vantage=world.settings.vantage,
            session_rules=world.settings.session_rules,
            apps=list(world.apps.values()),
            people=len(world.people),
            calls=sum(world.metrics.values()),
            pushes_waiting=sum(push.state == "waiting" for push in world.pushes.values()),
        )

    def move_clock(self, ask: Ask) -> Overview:
        """Everything that expires, expires by this clock."""
        wish: ClockAsk = ask.body
        try:
            self.world.move_clock(
                None if wish.offset_s is UNSET else wish.offset_s, 0.0 if wish.advance_s is UNSET else wish.advance_s
            )
        except ClockUnfit:
            raise CLOCK_UNFIT() from None
        self.postman.wake()
        return self.overview(ask)

    def change_settings(self, ask: Ask) -> Overview:
        """Default vantage and session rules."""
        wish: SettingsChange = ask.body
        settings = self.world.settings
        if wish.vantage is not UNSET:
            settings.vantage = check_vantage(wish.vantage)
        if wish.session_rules is not UNSET:
            settings.session_rules = wish.session_rules
        self.world.save_settings()
        return self.overview(ask)

    def reset(self, ask: Ask) -> Overview:
        """Forget apps, people, codes, tokens, pushes and calls."""
        wish: ResetAsk = ask.body
        self.world.reset(None if wish.seed is UNSET else wish.seed)
        return self.overview(ask)

    def list_pushes(self, ask: Ask) -> list[Push]:
        """The newest pushes with their attempts, `?limit=`."""
        limit = ask.number("limit", 100, 1000)
        return list(self.world.pushes.values())[: -limit - 1 : -1]

    def list_calls(self, ask: Ask) -> list[LogRow]:
        """The newest calls, secrets cut out; `?limit=`, `?path=`, `?appid=`."""
        query = ask.request.query
        path, appid = query.get("path", ""), query.get("appid", "")
        where = "(? = '' OR path = ?) AND (? = '' OR tenant = ?)"
        return self.world.journal.calls(where, (path, path, appid, appid), ask.number("limit", 100, 1000))

    def metrics(self, _: Ask) -> Metrics:
        """Counts since the start."""
        counted = sorted(self.world.metrics.items())
        return Metrics(
            calls=[Counted(path=path, errcode=code, calls=number) for (path, code), number in counted],
            login_codes=len(self.world.login_codes),
            tokens=len(self.world.tokens),
            pushes=dict(Counter(push.state for push in self.world.pushes.values())),
        )
