"""Both connectors keep every promise before a sandbox that does what the CRM does."""

import pytest

from yumen.gateway.connectors.kit import ConformanceSuite


class TestSalesforce(ConformanceSuite):
    @pytest.fixture
    def trial(self, salesforce_trial):
        return salesforce_trial


class TestHubSpot(ConformanceSuite):
    @pytest.fixture
    def trial(self, hubspot_trial):
        return hubspot_trial
