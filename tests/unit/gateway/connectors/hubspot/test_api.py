"""How much of the day is left is asked for when no answer said it, in vain with OAuth apps."""

from yumen.gateway.connectors import Budget


async def test_the_budget_is_asked_for_when_nothing_is_known(hubspot, account):
    account.script = [{"results": [{"name": "gate", "usageLimit": 250_000, "currentUsage": 10}]}]
    assert await hubspot.budget() == Budget(249_990, 250_000)


async def test_an_oauth_app_does_not_know_its_day(hubspot, account, say_error):
    account.script = [say_error(403, "MISSING_SCOPES")]
    assert await hubspot.budget() == Budget(None, None)
