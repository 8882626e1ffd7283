"""HubSpot is asked no faster than it wants, and left alone after it said no."""

import asyncio
import time

import pytest

from yumen.gateway.connectors import Budget
from yumen.gateway.connectors.hubspot.pace import Pace
from yumen.kit.errors import NotSent


class Watch:
    now = 0.0

    def __call__(self):
        return self.now


def headers(maximum, interval_ms):
    return {
        "x-hubspot-ratelimit-max": str(maximum),
        "x-hubspot-ratelimit-interval-milliseconds": str(interval_ms),
    }


async def test_calls_spread_over_the_window():
    pace = Pace()
    pace.note(headers(10, 200))
    began = time.monotonic()
    for _ in range(20):
        async with pace.place():
            pass
    assert 0.35 < time.monotonic() - began < 2.0


async def test_calls_under_way_count():
    pace = Pace()
    pace.note(headers(10, 100))
    most = flying = 0

    async def call():
        nonlocal most, flying
        async with pace.place():
            flying += 1
            most = max(most, flying)
            await asyncio.sleep(0.05)
            flying -= 1

    await asyncio.gather(*(call() for _ in range(30)))
    assert most == 9


async def test_the_window_rolls():
    watch = Watch()
    pace = Pace(watch)
    pace.note(headers(10, 10_000))
    for second in range(9):
        watch.now = float(second)
        async with pace.place():
            pass
    watch.now = 10.1
    async with pace.place():
        pass
    assert pace._wait_s() == pytest.approx(0.9, abs=0.01)


async def test_a_long_wait_is_not_sent():
    watch = Watch()
    pace = Pace(watch)
    pace.note(headers(2, 60_000))
    async with pace.place():
        pass
    with pytest.raises(NotSent) as failure:
        async with pace.place():
            pass
    assert failure.value.facts["retry_after_s"] == 61


@pytest.mark.parametrize(
    ("policy", "wait_s", "code"),
    [
        ("TEN_SECONDLY_ROLLING", 10, "connector.throttled"),
        ("SECONDLY", 1, "connector.throttled"),
        ("DAILY", 900, "connector.quota_spent"),
        ("A_POLICY_OF_NEXT_YEAR", 10, "connector.throttled"),
    ],
)
async def test_after_a_429_nobody_knocks_for_as_long_as_the_policy_says(
    hubspot, account, recipient, make_record, say_error, policy, wait_s, code
):
    account.script = [say_error(429, "RATE_LIMITS", policyName=policy)]
    for number in range(3):
        with pytest.raises(NotSent) as failure:
            await hubspot.send([make_record(number)])
        assert failure.value.code == code
        assert wait_s - 1 <= failure.value.facts["retry_after_s"] <= wait_s + 1
    assert len(recipient.asked) == 1


async def test_what_hubspot_says_of_the_pause_counts_more(hubspot, account, make_record):
    account.script = [(429, {"policyName": "SECONDLY"}, {"Retry-After": "33"})]
    with pytest.raises(NotSent) as failure:
        await hubspot.send([make_record(1)])
    assert failure.value.facts["retry_after_s"] == 33


async def test_the_budget_follows_every_answer_and_ends_with_the_day(hubspot, account, make_record, say_error):
    await hubspot.send([make_record(1)])
    assert await hubspot.budget() == Budget(249_000, 250_000)
    account.script = [say_error(429, "RATE_LIMITS", policyName="DAILY")]
    with pytest.raises(NotSent):
        await hubspot.send([make_record(1)])
    assert (await hubspot.budget()).calls_left == 0
