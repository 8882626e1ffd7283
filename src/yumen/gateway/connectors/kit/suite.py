"""The conformance suite for pytest: inherit in a test file and give it a `trial` fixture. It imports no pytest itself.

class TestMyConnector(ConformanceSuite):
    @pytest.fixture
    def trial(self, ...): return Trial(...)
"""

from __future__ import annotations

from typing import Any
from unittest import SkipTest

from yumen.gateway.connectors.kit.conformance import ALL, Verdict, judge
from yumen.gateway.connectors.kit.promises import Promise
from yumen.gateway.connectors.kit.trial import Trial


class ConformanceSuite:
    """One test a promise; what cannot be tried is skipped."""

    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Called by pytest."""
        if "promise" in metafunc.fixturenames:
            metafunc.parametrize("promise", ALL, ids=lambda promise: promise.name)

    async def test_a_promise_is_kept(self, promise: Promise, trial: Trial) -> None:
        finding = await judge(promise, trial.again())
        if finding.verdict is Verdict.UNTRIED:
            raise SkipTest("this recipient or trial cannot show it")
        assert finding.verdict is Verdict.KEPT, finding.why
