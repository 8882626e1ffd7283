"""The suite runs under pytest as it stands, one test a promise."""

import pytest

from yumen.gateway.connectors.kit import ConformanceSuite


class TestMemory(ConformanceSuite):
    @pytest.fixture
    def trial(self, make_trial):
        return make_trial()


async def test_a_broken_promise_fails_its_test(make_trial):
    from yumen.gateway.connectors.kit import ALL

    budget = next(one for one in ALL if one.name == "the_budget_is_never_below_nothing")
    with pytest.raises(AssertionError, match="more calls left"):
        await ConformanceSuite().test_a_promise_is_kept(budget, make_trial("budget"))
