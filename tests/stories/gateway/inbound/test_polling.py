"""Salesforce is asked for what changed: with overlap, page by page, and only a change of what is said counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.inbound.conftest import TELLER, arrived, consents
from yumen.gateway.inbound import Asked, AskedSources, Changed, Right, Rule, poll_job, read_source
from yumen.gateway.inbound.polling import FIRST, OVERLAP, PAGE_MAX
from yumen.kit.errors import NotSent, Rejected
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

RULES = (Rule("HasOptedOut", purpose=Purpose.EXPORT), Rule("ShouldForget", right=Right.DELETE))
START = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass
class Org:
    """Records with their moment of change; answers as SOQL ordered by SystemModstamp, Id would."""

    records: dict[str, Changed] = field(default_factory=dict)
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    trouble: Exception | None = None
    minutes: int = 0

    def write(self, record: str, external_id: str = "", *, ago: timedelta = timedelta(0), **values: bool) -> None:
        self.minutes += 1
        at = START + timedelta(minutes=self.minutes) - ago
        held = dict(self.records[record].values) if record in self.records else {}
        self.records[record] = Changed(record, external_id, at, held | values)

    async def changed(self, since: datetime, after: str, limit: int) -> Sequence[Changed]:
        self.asked.append((since, after))
        if self.trouble is not None:
            raise self.trouble
        found = sorted(self.records.values(), key=lambda one: (one.modified_at, one.record))
        return [one for one in found if (one.modified_at, one.record) > (since, after)][:limit]

    async def deleted(self, since: datetime) -> tuple[Sequence[str], datetime]:
        return [], since


@dataclass
class Poll:
    gateway: Gateway
    org: Org
    asked: Asked
    person: SubjectId
    record: str

    async def read(self) -> int:
        return await read_source(self.gateway.work, self.asked)

    async def export(self) -> str:
        return (await consents(self.gateway, self.person))["export"]


@pytest.fixture
async def poll(heeding: Gateway) -> Poll:
    person, record = await arrived(heeding)
    org = Org()
    return Poll(heeding, org, Asked(heeding.handler, TELLER, org, RULES), person, record)


async def test_an_opt_out_at_headquarters_is_found_and_carried_out(poll: Poll) -> None:
    poll.org.write(poll.record, HasOptedOut=False)
    assert await poll.read() == 0
    poll.org.write(poll.record, HasOptedOut=True)
    assert await poll.read() == 1
    assert await poll.export() == "withdrawn"
    await poll.gateway.all_of_it()
    assert poll.gateway.hq.held == {}


async def test_the_next_reading_begins_a_little_earlier_and_hears_nothing_twice(poll: Poll) -> None:
    poll.org.write(poll.record, HasOptedOut=True)
    assert [await poll.read(), await poll.read()] == [1, 0]
    (last,) = poll.org.records.values()
    assert [since for since, _ in poll.org.asked] == [FIRST, last.modified_at - OVERLAP]


async def test_what_appears_late_with_an_older_moment_is_not_missed(poll: Poll) -> None:
    poll.org.write("other", HasOptedOut=False)
    await poll.read()
    poll.org.write(poll.record, ago=timedelta(minutes=10), HasOptedOut=True)
    assert await poll.read() == 1


async def test_our_own_updates_of_a_record_do_not_undo_a_yes_given_here_since(poll: Poll) -> None:
    poll.org.write(poll.record, HasOptedOut=True)
    await poll.read()
    await poll.gateway.agree(poll.person, Purpose.EXPORT)
    poll.org.write(poll.record)
    assert await poll.read() == 0
    assert await poll.export() == "given"
    poll.org.write(poll.record, HasOptedOut=False)
    poll.org.write(poll.record, HasOptedOut=True)
    assert await poll.read() == 0  # seen only as it is now
    poll.org.write(poll.record, HasOptedOut=False)
    assert await poll.read() == 1
    poll.org.write(poll.record, HasOptedOut=True)
    assert await poll.read() == 1
    assert await poll.export() == "withdrawn"


async def test_a_request_is_heard_again_after_it_was_taken_back(poll: Poll) -> None:
    heard = []
    for should in (True, True, False, True):
        poll.org.write(poll.record, ShouldForget=should)
        heard.append(await poll.read())
    assert heard == [1, 0, 0, 1]


async def test_many_records_are_read_in_pages(poll: Poll) -> None:
    for n in range(2 * PAGE_MAX):
        poll.org.write(f"r{n:05d}", HasOptedOut=True)
    poll.org.write(poll.record, HasOptedOut=True)
    assert await poll.read() == 1
    assert len(poll.org.asked) == 3
    assert await poll.export() == "withdrawn"


async def test_people_are_found_by_the_name_that_we_gave(poll: Poll) -> None:
    poll.org.write("unknown number", await poll.gateway.number_of(poll.person), HasOptedOut=True)
    assert await poll.read() == 1


async def test_of_strangers_nothing_is_remembered(poll: Poll) -> None:
    poll.org.write("stranger", HasOptedOut=True)
    assert await poll.read() == 0
    assert await poll.gateway.rows("select 1 from abroad.stated") == []


async def test_a_source_that_is_away_is_asked_next_time_and_a_refusal_is_told(poll: Poll) -> None:
    other = Org()
    other.write(poll.record, HasOptedOut=True)
    sources = AskedSources([poll.asked, Asked(poll.gateway.handler, type(TELLER)("b", TELLER.contracts), other, RULES)])
    poll.gateway.work.services[AskedSources] = sources  # type: ignore[index]
    poll.org.trouble = NotSent("connector.unreachable")
    await poll_job(poll.gateway.work, {})
    assert await poll.export() == "withdrawn"
    poll.org.trouble = Rejected("connector.refused")
    with pytest.raises(Rejected):
        await poll_job(poll.gateway.work, {})


async def test_a_clock_abroad_that_runs_ahead_does_not_hide_what_comes(poll: Poll) -> None:
    poll.org.write("ahead", ago=-timedelta(days=400), HasOptedOut=False)
    await poll.read()
    poll.org.write(poll.record, ago=-timedelta(days=30), HasOptedOut=True)
    assert await poll.read() == 1
