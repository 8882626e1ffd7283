"""What the portal says of itself: details, and how many calls of today are used."""

from __future__ import annotations

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.rates import ZONE_HOURS, usage


def details(call: Call) -> Reply:
    """`GET /account-info/v3/details`."""
    return Reply(
        {
            "portalId": call.world.settings.portal_id,
            "accountType": "SANDBOX",
            "timeZone": "US/Eastern",
            "companyCurrency": "USD",
            "additionalCurrencies": ["CNY"],
            "utcOffset": f"{ZONE_HOURS:+03d}:00",
            "utcOffsetMilliseconds": ZONE_HOURS * 3_600_000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "na1",
        }
    )


def api_usage(call: Call) -> Reply:
    """`GET /account-info/v3/api-usage/daily/private-apps`."""
    return Reply({"results": [usage(call)]})
