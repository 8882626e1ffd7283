"""Take a batch of measurements in, count it by day, and forget the raw ones after some days.

A beacon says how long something took on a phone, never whose phone it was: there is no person, no address and no text
in it, and `visit` is made by chance for one start of the app. What is not of that shape is refused at the edge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from yumen.customer.identity import App
from yumen.kit.clock import shanghai_day
from yumen.kit.work import UnitOfWork
from yumen.monitoring import store

BATCH_MAX: Final = 30
KEEP: Final = timedelta(days=7)
FORGET_AT_ONCE: Final = 50_000
COUNTS_MAX: Final = 1_000

Kind = Literal["start", "page", "call", "error", "step", "time"]
Network = Literal["wifi", "5g", "4g", "3g", "2g", "unknown", "none"]
Milliseconds = Annotated[int, Meta(ge=0, le=600_000)]
Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/-]{1,64}$", examples=["pages/home"])]


class Parts(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where the time of a call went, by WeChat's own clock (`profile` of wx.request), in milliseconds."""

    dns: Milliseconds | None = None
    connect: Milliseconds | None = None
    tls: Milliseconds | None = None
    wait: Milliseconds | None = None
    read: Milliseconds | None = None


class Beacon(msgspec.Struct, forbid_unknown_fields=True):
    """One measurement. `value` is milliseconds, or for a `step` a number of the app's own; `at_ms` is since start."""

    kind: Kind
    name: Word
    at_ms: Annotated[int, Meta(ge=0, le=86_400_000)]
    network: Network
    value: Annotated[float, Meta(ge=-1e12, le=1e12)] | None = None
    status: Annotated[int, Meta(ge=0, le=999)] | None = None
    tries: Annotated[int, Meta(ge=1, le=20)] | None = None
    code: Word | None = None
    parts: Parts | None = None

    @property
    def facts(self) -> dict[str, object]:
        """What only some kinds have, as it is stored."""
        told = {"status": self.status, "tries": self.tries, "code": self.code}
        found: dict[str, object] = {name: fact for name, fact in told.items() if fact is not None}
        if self.parts is not None:
            found["parts"] = msgspec.to_builtins(self.parts)
        return found


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """What one visit sends at once. `dropped` says how many it had to leave out since the last batch."""

    app: Annotated[str, Meta(pattern="^w[wx][0-9a-z]{16}$", examples=["wx0123456789abcdef"])]
    visit: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{16}$", description="By chance, for one start of the app", examples=["1ab21d834c5e6f70"]
        ),
    ]
    beacons: Annotated[list[Beacon], Meta(min_length=1, max_length=BATCH_MAX)]
    library: Annotated[str, Meta(pattern=r"^[\w.]{0,20}$", description="WeChat's base library")] = ""
    platform: Annotated[str, Meta(pattern=r"^[\w.]{0,20}$")] = ""
    dropped: Annotated[int, Meta(ge=0, le=100_000)] = 0


class DayCount(msgspec.Struct, frozen=True):
    """How many measurements of a kind came on a day in China, in how many batches, and how many never came."""

    app: int
    day: date
    kind: str
    network: str
    beacons: int
    batches: int
    dropped: int


async def take(uow: UnitOfWork, app: App, batch: Batch) -> int:
    """Store and count a batch; answers how many measurements it had. Leaves no leaf: it is about nobody."""
    await store.insert(uow.conn, app.handler, app.key, uow.now, batch.visit, _rows(batch))
    await store.count(uow.conn, app.handler, app.key, shanghai_day(uow.now), _counts(batch))
    return len(batch.beacons)


def _rows(batch: Batch) -> list[store.Row]:
    return [
        store.Row(
            one.kind, one.name, one.value, one.at_ms, one.network, batch.platform, batch.library, one.facts or None
        )
        for one in batch.beacons
    ]


def _counts(batch: Batch) -> list[store.Count]:
    """The batch and what it dropped are counted with its first measurement, so that sums stay true."""
    by_kind = Counter((one.kind, one.network) for one in batch.beacons)
    first = (batch.beacons[0].kind, batch.beacons[0].network)
    return [
        store.Count(kind, network, beacons, int((kind, network) == first), batch.dropped * ((kind, network) == first))
        for (kind, network), beacons in sorted(by_kind.items())
    ]


async def list_counts(uow: UnitOfWork, since: date) -> Sequence[DayCount]:
    """The counts of the handler's apps from that day on, the newest first."""
    rows = await store.list_counts(uow.conn, uow.handler, since, COUNTS_MAX)
    return [msgspec.convert(row, DayCount) for row in rows]


async def forget_old(uow: UnitOfWork) -> int:
    """Remove raw measurements older than `KEEP`, a bounded number at once; answers how many went."""
    return await store.forget(uow.conn, uow.now - KEEP, FORGET_AT_ONCE)
