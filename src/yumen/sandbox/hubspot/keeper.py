"""Keep the sandbox itself: its clock, what it holds, and beginning anew."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.hubspot.codes import CLOCK_UNFIT
from yumen.sandbox.hubspot.filing import BLOCKED
from yumen.sandbox.hubspot.records import Delivery
from yumen.sandbox.hubspot.shapes import Held, Overview
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.keeping import Keeping

NOTICE: Final = "SANDBOX / 沙箱 — this is not HubSpot"


class Keeper(Keeping[World]):
    """The sandbox's own desk."""

    def __init__(self, world: World) -> None:
        super().__init__(world, CLOCK_UNFIT)

    def overview(self, _: Ask) -> Overview:
        """At a glance."""
        world, settings = self.world, self.world.settings
        shelf = world.shelf
        return Overview(
            notice=NOTICE,
            portal_id=settings.portal_id,
            now=world.now(),
            offset_s=world.clock.offset_s,
            seed=settings.seed,
            portal=settings.portal,
            hook_rules=settings.hook_rules,
            target_url=settings.target_url,
            subscriptions=settings.subscriptions,
            troubles=settings.troubles,
            locked=settings.locked,
            held=[
                Held(object=name, live=shelf.count(name), archived=shelf.count(name, gone=True)) for name in world.kinds
            ],
            calls=sum(world.metrics.values()),
            calls_today=settings.spent,
            tokens=sum(access.expires_at > world.now() for access in world.accesses.values()),
            deliveries_waiting=sum(one.state == "waiting" for one in world.deliveries.values()),
            blocked=shelf.count(BLOCKED),
        )

    def clock(self, ask: Ask) -> Overview:
        """Move the clock; what falls due by it goes out."""
        self.move_clock(ask)
        self.world.wake()
        return self.overview(ask)

    def begin_anew(self, ask: Ask) -> Overview:
        """Forget records, apps, tokens, deliveries and calls."""
        self.reset(ask)
        return self.overview(ask)

    def list_deliveries(self, ask: Ask) -> list[Delivery]:
        """The newest deliveries of events, `?limit=`."""
        limit = ask.number("limit", 100, 1000)
        return list(self.world.deliveries.values())[: -limit - 1 : -1]
