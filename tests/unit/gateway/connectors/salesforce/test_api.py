"""How many calls are left is known from the last answer, or asked."""

import pytest

from yumen.gateway.connectors import Budget
from yumen.kit.errors import NotSent


async def test_the_budget_follows_every_answer(salesforce, org, make_record):
    org.calls_used = 100
    await salesforce.send([make_record(1)])
    assert await salesforce.budget() == Budget(14_899, 15_000)


async def test_the_budget_is_asked_for_when_nothing_is_known(salesforce, org):
    org.script = [{"DailyApiRequests": {"Max": 100, "Remaining": 7}, "Other": {"Max": 1, "Remaining": 1}}]
    assert await salesforce.budget() == Budget(7, 100)


async def test_a_spent_quota_leaves_nothing(salesforce, org, say_error, make_record):
    await salesforce.send([make_record(1)])
    org.script = [say_error(403, "REQUEST_LIMIT_EXCEEDED")]
    with pytest.raises(NotSent):
        await salesforce.send([make_record(2)])
    assert (await salesforce.budget()).calls_left == 0


async def test_burst_and_per_app_figures_are_not_the_days(salesforce, org, make_record):
    org.script = [
        (
            200,
            [{"success": True}],
            {"Sforce-Limit-Info": "api-bursts=1/750; api-usage=9/10; per-app-api-usage=1/2(a=b)"},
        )
    ]
    await salesforce.send([make_record(1)])
    assert await salesforce.budget() == Budget(1, 10)
