"""Count what has a ceiling: calls a day per app and path, calls a minute per app or person."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.wechat.records import App, Ledger
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import World

TOKEN_PATH: Final = "/cgi-bin/token"  # noqa: S105 - a path
STABLE_PATH: Final = "/cgi-bin/stable_token"
DAILY_LIMITS: Final = {TOKEN_PATH: 2_000, STABLE_PATH: 500_000}
DAILY_LIMIT_OTHERS: Final = 1_000_000
"""Assumption; the real figure differs by app and is what quota/get is for."""
MINUTE_LIMITS: Final = {STABLE_PATH: 10_000, "/wxa/resetusersessionkey": 60_000}
LOGINS_A_MINUTE: Final = 100
"""Per person and app."""


class Rates:
    """Counters of the running minute; they need not survive a restart."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, what: str, who: str, now: float, limit: int) -> None:
        """Count one; 45011 above the limit of this minute."""
        minute = int(now // 60)
        began, count = self._counts.get((what, who), (minute, 0))
        count = count + 1 if began == minute else 1
        self._counts[what, who] = minute, count
        if count > limit:
            raise Refusal(45011)

    def forget(self, now: float) -> None:
        """Drop the counters of past minutes."""
        minute = int(now // 60)
        self._counts = {key: kept for key, kept in self._counts.items() if kept[0] >= minute}


def daily_limit(app: App, path: str) -> int:
    """How often a day this app may call that path."""
    return app.daily_limits.get(path, DAILY_LIMITS.get(path, DAILY_LIMIT_OTHERS))


def spend(world: World, app: App, path: str) -> Ledger:
    """Count one call of today; 45009 when the day's quota is used up."""
    ledger = world.ledger(app.appid)
    used = ledger.used.get(path, 0)
    if used >= daily_limit(app, path):
        raise Refusal(45009)
    ledger.used[path] = used + 1
    return world.keep("ledger", app.appid, ledger)
