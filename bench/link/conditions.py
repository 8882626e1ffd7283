"""How bad the way is. Times are seconds, `loss` is the share of packets lost each way, `rate` is bits a second."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

MTU: Final = 1500
ADDRESSES: Final = {"client": "10.88.0.1", "server": "10.88.0.2"}
"""Of both ends, inside networks of their own that lead nowhere else."""


@dataclass(frozen=True)
class Outage:
    """Every `every_s` seconds, `for_s` seconds long, the first after one period: packets wait, or are lost."""

    every_s: float
    for_s: float

    def left_s(self, at_s: float) -> float:
        """How long it still lasts at that time since the start; 0 when it is over or has not begun."""
        since = at_s % self.every_s if at_s >= self.every_s else self.for_s
        return max(0.0, self.for_s - since)


@dataclass(frozen=True)
class Conditions:
    """`round_trip_s` and `jitter_s` are shared evenly by both ways. `queue_s` is how much the narrowest place can hold.

    In a stall everything waits, in a blackout everything is lost, at a reset every connection is torn (relay only).
    `blackout` stands for the nightly one; give a short period to see many.
    """

    round_trip_s: float = 0.250
    jitter_s: float = 0.0
    loss: float = 0.05
    rate: float = 20e6
    queue_s: float = 0.250
    stall: Outage | None = None
    blackout: Outage | None = None
    reset_every_s: float | None = None
    seed: int = 1

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Conditions:
        loose = json.loads(text)
        for name in ("stall", "blackout"):
            loose[name] = None if loose[name] is None else Outage(**loose[name])
        return cls(**loose)


BAD: Final = Conditions()
"""What the goals are told for: 250 ms there and back, 5 % lost each way, 20 Mbit/s."""


@dataclass
class Way:
    """One direction: when a packet that comes now arrives, if it does."""

    conditions: Conditions
    seed: int
    free_at: float = 0.0
    last_at: float = 0.0
    down_until: float = 0.0
    held_until: float = 0.0
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def arrival(self, now: float, size: int) -> float | None:
        """Seconds since the start at which it comes out; None when it is lost. Packets keep their order."""
        bad = self.conditions
        if now < self.down_until or (bad.blackout is not None and bad.blackout.left_s(now)):
            return None
        begins = max(now, self.free_at)
        if begins - now > bad.queue_s:
            return None
        self.free_at = begins + size * 8 / bad.rate
        if self.chance.random() < bad.loss:
            return None
        jitter = self.chance.uniform(-0.5, 0.5) * bad.jitter_s
        arrives = max(self.free_at + bad.round_trip_s / 2 + jitter, self.last_at, self.held_until)
        if bad.stall is not None:
            arrives += bad.stall.left_s(arrives)
        self.last_at = arrives
        return arrives


def options(parser: argparse.ArgumentParser) -> None:
    """The words for conditions on the command line."""
    parser.add_argument("--round-trip-ms", type=float, default=BAD.round_trip_s * 1e3)
    parser.add_argument("--jitter-ms", type=float, default=0.0)
    parser.add_argument("--loss-percent", type=float, default=BAD.loss * 100, help="in each direction")
    parser.add_argument("--mbit", type=float, default=BAD.rate / 1e6)
    parser.add_argument("--queue-ms", type=float, default=BAD.queue_s * 1e3)
    parser.add_argument("--stall", type=float, nargs=2, metavar=("EVERY_S", "FOR_S"))
    parser.add_argument("--blackout", type=float, nargs=2, metavar=("EVERY_S", "FOR_S"))
    parser.add_argument("--reset-every-s", type=float, help="tear every connection (relay only)")
    parser.add_argument("--seed", type=int, default=1)


def chosen(asked: argparse.Namespace) -> Conditions:
    """What the command line said."""
    return Conditions(
        round_trip_s=asked.round_trip_ms / 1e3,
        jitter_s=asked.jitter_ms / 1e3,
        loss=asked.loss_percent / 100,
        rate=asked.mbit * 1e6,
        queue_s=asked.queue_ms / 1e3,
        stall=_outage(asked.stall),
        blackout=_outage(asked.blackout),
        reset_every_s=asked.reset_every_s,
        seed=asked.seed,
    )


def _outage(words: Sequence[float] | None) -> Outage | None:
    return None if words is None else Outage(*words)
