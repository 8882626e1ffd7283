from yumen.sandbox.hubspot import account, rates  # noqa: F401 - under test, over HTTP

DETAILS = "/account-info/v3/details"


async def test_headers_count_down_and_the_window_really_rolls(caller, admin):
    await admin.advance_clock(60)
    await admin.change_portal(burst_max=3)
    left = []
    for _ in range(3):
        await caller.call("GET", DETAILS)
        left.append(caller.headers["X-HubSpot-RateLimit-Remaining"])
    assert left == ["2", "1", "0"]
    assert caller.headers["X-HubSpot-RateLimit-Max"] == "3"
    assert caller.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    status, body = await caller.call("GET", DETAILS)
    assert (status, body["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert (body["status"], body["errorType"]) == ("error", "RATE_LIMIT")
    await admin.advance_clock(11)
    assert (await caller.call("GET", DETAILS))[0] == 200


async def test_the_day_ends_at_the_portals_midnight(caller, admin):
    await caller.call("GET", DETAILS)
    spent = int(caller.headers["X-HubSpot-RateLimit-Daily"]) - int(
        caller.headers["X-HubSpot-RateLimit-Daily-Remaining"]
    )
    await admin.change_portal(daily_max=spent + 1)
    _, usage = await caller.call("GET", "/account-info/v3/api-usage/daily/private-apps")
    assert usage["results"][0]["currentUsage"] == spent + 1
    status, body = await caller.call("GET", DETAILS)
    assert (status, body["policyName"]) == (429, "DAILY")
    await admin.advance_clock(86_400)
    assert (await caller.call("GET", DETAILS))[0] == 200


async def test_an_oauth_app_is_not_told_of_the_day(caller, app):
    await caller.refresh(app)
    await caller.call("GET", DETAILS)
    assert "X-HubSpot-RateLimit-Max" in caller.headers
    assert "X-HubSpot-RateLimit-Daily" not in caller.headers
