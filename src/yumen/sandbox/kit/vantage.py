"""Where the caller seems to sit: the delay, loss and throttling that its road to a mainland API adds.

What the figures stand on ([S] seen in a source, [M] common knowledge, [A] our assumption):
- round trips: inside the mainland 15 ms [A: the API answers from the nearest of several places]; mainland-Hong Kong
  45 ms, measured medians from mobile networks 38-52 ms [S, secondary], Shenzhen-Hong Kong alone 5-40 ms [M];
  Shanghai-Frankfurt 160-300 ms [M], a traceroute Shanghai-Germany of 2015 shows 209 ms [S anuragbhatia.com 2015-02].
- loss: Hong Kong 0.5 % and Frankfurt 2 % per round trip [A]; loss shows up on the way *into* China only
  [S Zhu et al., "Characterizing Transnational Internet Performance and the Great Bottleneck of China",
  POMACS 4 (1) 2020, and its summary on blog.apnic.net 2020-08].
- throttling: over 70 % of the pairs of that study ran below 1 Mbit/s for more than five hours a day: that rate,
  125 kB/s, for 5 of 24 hours, in the Chinese evening (the hours are [A]); the rest of the day 1,250 kB/s [A].
- a lost segment costs a retransmission time-out: 1 s for a SYN (RFC 6298), else at least 200 ms over the round trip.
- one connection in 2,000 from Frankfurt is reset at the border [A].
It delays whole requests; it cannot show congestion control. Measure with a real link where that matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

HANDSHAKE_ROUND_TRIPS: Final = 2
"""TCP and TLS 1.3, one each, although the sandbox's own port may be plain."""
SYN_TIMEOUT_S: Final = 1.0
RETRANSMIT_FLOOR_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Vantage:
    """One place. Times are seconds, rates bytes per second, shares 0-1."""

    name: str
    round_trip_s: float
    jitter_s: float
    loss: float
    rate: float
    rate_evening: float
    reset: float


VANTAGES: Final = {
    v.name: v
    for v in (
        Vantage("none", 0, 0, 0, 0, 0, 0),
        Vantage("mainland", 0.015, 0.005, 0.0005, 12_500_000, 12_500_000, 0),
        Vantage("hongkong", 0.045, 0.015, 0.005, 2_500_000, 1_250_000, 0),
        Vantage("frankfurt", 0.230, 0.070, 0.02, 1_250_000, 125_000, 0.0005),
    )
}
ALIASES: Final = {"europe": "frankfurt", "": "none"}


@dataclass(frozen=True, slots=True)
class Journey:
    """What one request met on its way: seconds added, and whether the connection was reset."""

    added_s: float
    reset: bool


STAYED_HOME: Final = Journey(0.0, reset=False)


def find_vantage(name: str) -> Vantage | None:
    """The place of that name, or None."""
    return VANTAGES.get(ALIASES.get(name, name))


def travel(place: Vantage, size: int, dice: Random, *, new_connection: bool, beijing_hour: int) -> Journey:
    """What a request and an answer of `size` bytes together meet between that place and the mainland."""
    if place.round_trip_s == 0:
        return STAYED_HOME
    added = 0.0
    for trip in range(1 + HANDSHAKE_ROUND_TRIPS * new_connection):
        round_trip = max(0.001, dice.gauss(place.round_trip_s, place.jitter_s / 2))
        added += round_trip
        if dice.random() < place.loss:
            added += SYN_TIMEOUT_S if new_connection and trip == 0 else round_trip + RETRANSMIT_FLOOR_S
    rate = place.rate_evening if 19 <= beijing_hour < 24 else place.rate
    return Journey(added + size / rate, reset=dice.random() < place.reset)
