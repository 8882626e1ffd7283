"""Salesforce's log of deletions is asked within what it remembers, and believed only where it can be read."""

from datetime import UTC, datetime, timedelta

import pytest

from yumen.gateway.connectors.salesforce.deletions import REMEMBERED, SPAN_MIN
from yumen.kit.errors import Unsettled

ROW = "003000000000001AAA"


def log(*records, until="2026-11-26T10:00:00.000+0000"):
    return {
        "deletedRecords": [{"id": one, "deletedDate": until} for one in records],
        "earliestDateAvailable": until,
        "latestDateCovered": until,
    }


async def test_the_records_and_until_when_the_log_is_complete_are_told(salesforce, org):
    org.script = [log(ROW, "no id at all")]
    records, until = await salesforce.deleted(datetime.now(UTC) - timedelta(hours=1))
    assert (records, until) == ([ROW], datetime(2026, 11, 26, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("since", "span"), [(timedelta(days=9_000), REMEMBERED), (timedelta(0), SPAN_MIN), (timedelta(hours=2), None)]
)
async def test_it_is_asked_for_a_span_that_salesforce_takes(salesforce, org, recipient, since, span):
    org.script = [log()]
    await salesforce.deleted(datetime.now(UTC) - since)
    asked = recipient.calls("GET", "/services/data/v66.0/sobjects/Contact/deleted/")[0]
    start, end = (datetime.fromisoformat(asked.query[name]) for name in ("start", "end"))
    assert abs((end - start) - (span or since)) < timedelta(seconds=90)


@pytest.mark.parametrize("until", ["yesterday", "2026-11-26T10:00:00"])
async def test_a_log_that_does_not_say_until_when_is_not_believed(salesforce, org, until):
    org.script = [log(ROW, until=until)]
    with pytest.raises(Unsettled):
        await salesforce.deleted(datetime.now(UTC))
