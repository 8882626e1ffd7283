"""Ten rolling seconds, one second for searches, one day: counted per app, told in headers, refused with 429."""

from __future__ import annotations

import uuid
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call
from yumen.sandbox.hubspot.refusals import Refusal
from yumen.sandbox.hubspot.world import World

BURST_S: Final = 10.0
SEARCH_S: Final = 1.0
ZONE_HOURS: Final = -5
"""The portal's time zone; the daily count begins at its midnight."""


def spend(call: Call, *, searching: bool) -> None:
    """Count one call. Raises Refusal (429)."""
    world, portal = call.world, call.world.settings.portal
    _roll(world, call.now)
    if searching:
        _take(world.searches, call.now, SEARCH_S, portal.search_max, "SECONDLY", "secondly")
    if world.settings.spent >= portal.daily_max:
        raise _exceeded("DAILY", "daily")
    _take(world.burst, call.now, BURST_S, portal.burst_max, "TEN_SECONDLY_ROLLING", "ten_secondly_rolling")
    world.settings.spent += 1
    world.save_settings()


def headers(call: Call, *, searching: bool) -> tuple[tuple[str, str], ...]:
    """What is left, as every answer but a search's tells it; the daily ones not to OAuth apps."""
    if searching:
        return ()
    world, portal = call.world, call.world.settings.portal
    told = [
        ("X-HubSpot-RateLimit-Max", str(portal.burst_max)),
        ("X-HubSpot-RateLimit-Remaining", str(max(0, portal.burst_max - len(world.burst)))),
        ("X-HubSpot-RateLimit-Interval-Milliseconds", str(int(BURST_S * 1000))),
        ("X-HubSpot-RateLimit-Secondly", str(portal.burst_max // 10)),
        ("X-HubSpot-RateLimit-Secondly-Remaining", str(max(0, portal.burst_max // 10 - 1))),
    ]
    if not call.by_oauth:
        told += [
            ("X-HubSpot-RateLimit-Daily", str(portal.daily_max)),
            ("X-HubSpot-RateLimit-Daily-Remaining", str(max(0, portal.daily_max - world.settings.spent))),
        ]
    return tuple(told)


def usage(call: Call) -> dict[str, Any]:
    """Today's usage, and when it begins anew."""
    world = call.world
    _roll(world, call.now)
    here = datetime.fromtimestamp(call.now, UTC) + timedelta(hours=ZONE_HOURS)
    midnight = datetime(here.year, here.month, here.day, tzinfo=UTC) + timedelta(days=1, hours=-ZONE_HOURS)
    return {
        "name": "private-apps-api-calls-daily",
        "usageLimit": world.settings.portal.daily_max,
        "currentUsage": world.settings.spent,
        "collectedAt": _stamp(datetime.fromtimestamp(call.now, UTC)),
        "fetchStatus": "SUCCESS",
        "resetsAt": _stamp(midnight),
    }


def _take(window: deque[float], now: float, length_s: float, limit: int, policy: str, word: str) -> None:
    while window and (window[0] <= now - length_s or window[0] > now):
        window.popleft()
    if len(window) >= limit:
        raise _exceeded(policy, word)
    window.append(now)


def _exceeded(policy: str, word: str) -> Refusal:
    more = {"errorType": "RATE_LIMIT", "policyName": policy, "requestId": str(uuid.uuid4())}
    return Refusal(429, "RATE_LIMITS", f"You have reached your {word} limit.", more=more)


def _roll(world: World, now: float) -> None:
    """A new day begins at midnight in the portal's time zone."""
    day = (datetime.fromtimestamp(now, UTC) + timedelta(hours=ZONE_HOURS)).date().isoformat()
    if world.settings.day != day:
        world.settings.day, world.settings.spent = day, 0


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
