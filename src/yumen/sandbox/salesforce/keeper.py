"""Keep the sandbox itself: its clock, what it holds, and beginning anew."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.keeping import Keeping
from yumen.sandbox.salesforce.allocation import used
from yumen.sandbox.salesforce.codes import CLOCK_UNFIT
from yumen.sandbox.salesforce.records import Job
from yumen.sandbox.salesforce.shapes import Held, Overview
from yumen.sandbox.salesforce.world import World

NOTICE: Final = "SANDBOX / 沙箱 — this is not Salesforce"


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
            seed=settings.seed,
            now=world.now(),
            offset_s=world.clock.offset_s,
            org_id=settings.org_id,
            org=settings.org,
            troubles=settings.troubles,
            locked=settings.locked,
            validation=settings.rules,
            duplicates=settings.duplicates,
            held=[
                Held(object=name, live=shelf.count(name), deleted=shelf.count(name, gone=True))
                for name in world.objects
            ],
            calls=sum(world.metrics.values()),
            calls_today=used(world, world.now()),
            sessions=len(world.sessions),
            jobs=len(world.jobs),
        )

    def clock(self, ask: Ask) -> Overview:
        """Move the clock."""
        self.move_clock(ask)
        return self.overview(ask)

    def begin_anew(self, ask: Ask) -> Overview:
        """Forget records, apps, jobs, tokens and calls."""
        self.reset(ask)
        return self.overview(ask)

    def list_jobs(self, _: Ask) -> list[Job]:
        """Bulk jobs, the newest first."""
        return list(self.world.jobs.values())[:-101:-1]
