"""A contract of aggregates tells how many persons are in each large group, and takes back what it tells no longer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from tests.stories.gateway.conftest import WRITTEN, Gateway
from tests.stories.gateway.recipient import not_sent, timed_out
from yumen.border import Mechanisms, contracting
from yumen.customer import profile
from yumen.gateway import connections, lockout, rehearsing, starting, statistics
from yumen.gateway.connectors.connector import Outcome
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.tally import Tally
from yumen.kit.errors import NotSent
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

LINES: Final = """[[lines]]
field = "profile.detail.region"
name = "Region"
change = "aggregate"
group_min = 10
"""


async def enforce(gateway: Gateway, version: int = 2, lines: str = LINES) -> None:
    head, _, rest = WRITTEN.partition("[[lines]]")
    source = (head + lines + "\n" + rest[rest.index("[subjects]") :]).format(
        version=version, last_state_wins="true", starts_on="2026-11-01", ends_on="2029-10-31"
    )
    await gateway.enforce_source(source, version)


async def living_in(gateway: Gateway, region: str, count: int) -> list[SubjectId]:
    persons = [await gateway.member(agrees=False, phone=False) for _ in range(count)]
    for person in persons:
        await gateway.agree(person, Purpose.PROFILE)
        async with gateway.unit() as uow:
            await profile.details.change(uow, person, profile.details.Change(region=region))
    return persons


async def told(gateway: Gateway) -> Tally | None:
    return await statistics.run_round(gateway.work, gateway.gate, gateway.recipient, gateway.patience)


def held(gateway: Gateway) -> dict[str, object]:
    return {name: record.values["Persons"] for name, record in gateway.hq.held.items()}


@pytest.fixture
async def counting(gateway: Gateway) -> Gateway:
    """A dozen persons in Shanghai, nine in Beijing."""
    gateway.gate = replace(
        gateway.gate, openers={**gateway.gate.openers, "profile.detail.region": profile.opening.regions}
    )
    await enforce(gateway)
    await living_in(gateway, "CN-SH", 12)
    await living_in(gateway, "CN-BJ", 9)
    return gateway


async def test_only_large_groups_are_told_and_nobody_is_booked(counting: Gateway) -> None:
    await counting.judge()
    assert await told(counting) == Tally(arrived=1)
    assert held(counting) == {"Region:CN-SH": 12}
    (record,) = counting.hq.held.values()
    assert record.values == {"Statistic": "Region", "Value": "CN-SH", "Persons": 12}
    assert await counting.rows("select 1 from border.transfer") == []
    assert await counting.rows("select 1 from border.meter where used > 0") == []
    assert await counting.kinds("statistics.") == ["statistics.told"]


async def test_what_stayed_is_not_told_twice_and_what_grew_is(counting: Gateway) -> None:
    await told(counting)
    assert await told(counting) == Tally()
    assert len(counting.hq.sent) == 1
    await living_in(counting, "CN-BJ", 1)
    await living_in(counting, "CN-SH", 1)
    assert await told(counting) == Tally(arrived=2)
    assert held(counting) == {"Region:CN-SH": 13, "Region:CN-BJ": 10}
    assert [record.version for record in counting.hq.sent] == [1, 1, 2]


async def test_a_group_that_became_too_small_is_taken_back(counting: Gateway) -> None:
    persons = await living_in(counting, "CN-BJ", 1)
    await told(counting)
    assert set(held(counting)) == {"Region:CN-SH", "Region:CN-BJ"}
    await counting.erase(persons[0])
    assert await told(counting) == Tally()
    assert set(held(counting)) == {"Region:CN-SH"}
    assert len(await counting.rows("select 1 from gateway.statistic")) == 1


async def test_a_contract_that_ended_takes_every_count_back(counting: Gateway) -> None:
    await told(counting)
    async with counting.unit() as uow:
        await contracting.end(uow, "members-crm")
    assert await told(counting) is None
    assert held(counting) == {}
    assert await counting.rows("select 1 from gateway.statistic") == []


async def test_a_contract_that_sends_persons_again_takes_the_counts_back_first(counting: Gateway) -> None:
    await told(counting)
    await counting.enforce(3)
    assert await told(counting) is None
    assert held(counting) == {}


async def test_a_call_without_an_answer_is_repeated_with_the_same_count(counting: Gateway) -> None:
    counting.hq.trouble_after = lambda what, n: timed_out() if what == "send" else None
    assert await told(counting) == Tally(left=1)
    counting.hq.trouble_after = lambda what, n: None
    assert await told(counting) == Tally(arrived=1)
    assert held(counting) == {"Region:CN-SH": 12}


async def test_a_recipient_that_is_not_there_leaves_everything_to_the_next_round(counting: Gateway) -> None:
    counting.hq.trouble = lambda what, n: not_sent() if what == "send" else None
    assert await told(counting) == Tally(left=1)
    async with counting.unit() as uow:
        (status,) = await connections.status(uow)
    assert (status.connection.state, status.connection.code) == ("running", "http.connect")
    assert await connections.is_due(counting.work, counting.gate, counting.recipient) is False, "its minute must pass"


@pytest.mark.parametrize("call", ["send", "recall", "ask"])
async def test_a_recipient_that_knows_us_no_longer_is_locked_out_and_nothing_is_forgotten(
    counting: Gateway, call: str
) -> None:
    ended = call != "send"
    if ended:
        await told(counting)
        async with counting.unit() as uow:
            await contracting.end(uow, "members-crm")
    counting.hq.trouble = lambda what, n: NotSent("connector.login_refused", "invalid_grant") if what == call else None
    await told(counting)
    async with counting.unit() as uow:
        (status,) = await connections.status(uow)
    assert (status.connection.state, status.connection.code) == ("running", "connector.login_refused")
    assert status.connection.locked_out_at is not None
    assert [one.code for one in counting.bus.heard if isinstance(one, lockout.LockedOut)] == ["connector.login_refused"]
    if ended:
        assert len(await counting.rows("select 1 from gateway.statistic")) == 1, "not yet seen to be gone"
    counting.hq.trouble = lambda what, n: None
    await told(counting)
    assert held(counting) == ({} if ended else {"Region:CN-SH": 12})
    assert len(await counting.rows("select 1 from gateway.statistic")) == (0 if ended else 1)


async def test_a_refused_count_stops_the_connection(counting: Gateway) -> None:
    counting.hq.refuse["Region:CN-SH"] = (Outcome.REJECTED, "FIELD_MISSING", "Persons")
    assert await told(counting) == Tally(left=1)
    assert await told(counting) == Tally(code="gateway.stopped")


async def test_a_count_that_the_recipient_keeps_stays_written_down(counting: Gateway) -> None:
    await told(counting)
    counting.hq.keep_anyway.add("Region:CN-SH")
    async with counting.unit() as uow:
        await contracting.end(uow, "members-crm")
    assert await told(counting) is None
    calls = len(counting.hq.calls)
    assert await told(counting) is None
    assert len(counting.hq.calls) == calls, "until people resume it"
    assert len(await counting.rows("select 1 from gateway.statistic")) == 1
    async with counting.unit() as uow:
        (status,) = await connections.status(uow)
    assert (status.connection.state, status.connection.code) == ("stopped", "gateway.recall_stayed")


async def test_nothing_is_told_while_the_border_is_closed_or_a_recipient_is_barred(counting: Gateway) -> None:
    barred = replace(counting.gate, mechanisms={counting.handler: Mechanisms(barred=frozenset({"hq"}))})
    await told(counting)
    assert await statistics.run_round(counting.work, barred, counting.recipient, counting.patience) == Tally()
    assert held(counting) == {}, "a barred recipient gives back what it has"


async def test_the_mapping_needs_the_three_fields_of_a_count(counting: Gateway) -> None:
    counting.recipient = replace(counting.recipient, fields=FieldMap("Key__c", {"Statistic": "S__c", "Value": "V__c"}))
    await told(counting)
    assert await starting.fits(counting.work, counting.gate, counting.recipient) is False
    whole = FieldMap("Key__c", {"Statistic": "S__c", "Value": "V__c", "Persons": "P__c"})
    async with counting.unit() as uow:
        recipient = replace(counting.recipient, fields=whole)
        assert await rehearsing.read_waiting(uow, counting.gate, recipient, 10) == [], "nobody waits"
