"""Years at the border, drawn from a seed: many writers, replays, crashes, merges, a clock that turns; then recounted.

The recount is plain SQL over the ledger and knows nothing of the meter. `scale` divides the lines of the law, so that
few persons meet them too.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter as Tally
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow

from tests.conftest import Cluster
from tests.stories.border.conftest import PEOPLE, Border
from tests.unit.border.samples import NUMBER_LINE, filed, filing, line, person, unchecked
from yumen.border import ExportContract, figures
from yumen.border.booking import JUDGE_AGAIN, Booked, Bookings, Passage, Way
from yumen.border.policy import prepare
from yumen.border.standing import PARTY, TOLD, Mechanisms, Standing
from yumen.border.verdict import UNLIMITED, Allow, Counter, Room, Verdict
from yumen.border.views import Books, ViewRule, as_view
from yumen.kit.clock import shanghai_day
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId

BEGIN: Final = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""The first moment of 2027 in China."""
MIDDLE: Final = date(2027, 6, 1)
DAYS: Final = 3 * 365 + 1
LANES: Final = 2
DRAIN_EVERY: Final = 100_000
SAY_EVERY_S: Final = 30.0
SMALL, FILED, BOTH, NEEDED, SEEN, REFUSED = range(1, 7)
SHARES: Final = {SMALL: 30, FILED: 25, BOTH: 10, NEEDED: 10, SEEN: 15, REFUSED: 10}
DRAWN: Final = tuple(contract for contract, share in SHARES.items() for _ in range(share))
MECHANISMS: Final = Mechanisms((filing("standard_contract", issued_on="2027-01-01"),))
SCC: Final = {"mechanism": filed("standard_contract")}
PURCHASE: Final = {
    "purpose": "sale",
    "basis": "contract",
    "lines": [NUMBER_LINE, line("sale.parcel.address", "Address")],
    "mechanism": {"exemption": "contract_necessity", "performed_abroad": True},
}
CONTRACTS: Final = {
    SMALL: unchecked(),
    FILED: unchecked(**SCC),
    BOTH: unchecked(**SCC, lines=[NUMBER_LINE, line("member.detail.skin", "Skin")]),
    NEEDED: unchecked(**PURCHASE),
    SEEN: unchecked(),
    REFUSED: unchecked(),
}
OPENED: Final = ViewRule(Books.OPENED, "counsel", MIDDLE)

DIFFERENCES: Final = """
with person as (
    select year, subject_id, bit_or(counters) as counters from border.transfer
     where verdict = 0 group by year, subject_id
), asked as (
    select year, bit, count(*) as persons
      from person cross join unnest(array[1, 2, 4, 8, 16, 32, 64, 128, 256]) as bit
     where counters & bit <> 0 group by year, bit
), said as (
    select year, bit, count(*) as counted
      from border.transfer cross join unnest(array[1, 2, 4, 8, 16, 32, 64, 128, 256]) as bit
     where counted & bit <> 0 group by year, bit
), here as (
    select year, counter as bit, count(*) as persons from border.metered group by year, counter
)
select year, bit, m.used, asked.persons, said.counted, here.persons as counted_here
  from (select year, counter as bit, used from border.meter where used > 0) m
  full join asked using (year, bit) full join said using (year, bit) full join here using (year, bit)
 where m.used is distinct from asked.persons or m.used is distinct from said.counted
    or m.used is distinct from here.persons
"""
"""Lines where meter, counted persons, what the ledger says it counted, and its distinct persons are not one number."""
NOBODY_ASKED: Final = """
select count(*) as n from border.metered m
 where not exists (select from border.transfer t
                    where t.subject_id = m.subject_id and t.year = m.year and t.verdict = 0
                      and t.counters & m.counter <> 0)
"""
BY_VERDICT: Final = "select verdict, count(*) as n from border.transfer group by verdict"
OF_CONTRACT: Final = """
select year, contract_id, count(distinct subject_id) as persons from border.transfer
 where verdict = 0 group by year, contract_id
"""


@dataclass
class Years:
    """One run. `told` counts what happened; `answers` what each key was answered for good.

    `hand`: so many attempts a writer has under way at once, as the gate judges people by the page. `drain`: the queue
    is emptied now and then. `say` hears every half a minute how far it is.
    """

    border: Border
    cluster: Cluster
    persons: int
    attempts: int
    scale: int
    seed: int = 1
    writers: int = 32
    hand: int = 1
    step_days: int = 30
    drain: bool = False
    say: Callable[[str], None] = lambda line: None
    told: Tally[str] = field(default_factory=Tally)
    answers: Tally[int] = field(default_factory=Tally)
    counted: Tally[int] = field(default_factory=Tally)
    drained: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.others = max(1, self.persons // 10)
        self.lanes = [Bookings(self.border.database.pool(Role.APP), self.border.clock) for _ in range(LANES)]
        self.old: list[tuple[Passage, Booked]] = []
        self.verdicts: dict[int, tuple[date, Verdict]] = {}
        self.begun = 0

    async def live(self) -> None:
        """All attempts of all writers, while days pass and connections die."""
        await self.border.do(PEOPLE, self.border.handler, 401, self.persons + self.others)
        self.turn(0)
        async with await self.border.database.connect(Role.OWNER, autocommit=True) as owner:
            await owner.execute("analyze identity.subject")
            async with asyncio.TaskGroup() as group:
                others = [group.create_task(step()) for step in (self.pass_days, self.kill, self.talk)]
                writers = [group.create_task(self.write(owner)) for _ in range(self.writers)]
                await asyncio.wait(writers)
                for other in others:
                    other.cancel()
        for lane in self.lanes:
            await lane.close()

    def turn(self, day: int) -> None:
        self.border.clock.offset = BEGIN + timedelta(days=day, seconds=1) - datetime.now(UTC)

    async def pass_days(self) -> None:
        """As many days as attempts allow; at the turn of a year the clock is also put back once more."""
        day = 0
        while True:
            due = min(DAYS - 1, self.begun * DAYS // self.attempts // self.step_days * self.step_days)
            if due > day:
                turned = (BEGIN + timedelta(days=due)).year != (BEGIN + timedelta(days=day)).year
                self.turn(due)
                if turned:
                    await asyncio.sleep(0.02)
                    self.turn(day)
                    await asyncio.sleep(0.02)
                    self.turn(due)
                    self.told["turns"] += 1
                day = due
            await asyncio.sleep(0.005)

    async def kill(self) -> None:
        """Connections of the lanes die, some while they commit."""
        name = conninfo_to_dict(self.border.database.urls[Role.APP])["dbname"]
        while True:
            await asyncio.sleep(1.0)
            await self.cluster.admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'yumen_app' and datname = %s and random() < 0.3",
                (name,),
            )
            self.told["kills"] += 1

    async def talk(self) -> None:
        """How far, how fast; so that whoever waits for hours knows for how many."""
        begun = time.monotonic()
        while True:
            await asyncio.sleep(SAY_EVERY_S)
            per_s = self.begun / (time.monotonic() - begun)
            left_s = (self.attempts - self.begun) / per_s if per_s else 0
            day = shanghai_day(self.border.clock.now())
            self.say(f"{self.begun:,} of {self.attempts:,}, {day}, {per_s:,.0f} a second, {left_s / 60:.0f} min left")

    async def empty(self, owner: AsyncConnection[DictRow]) -> None:
        """What waits is taken as sent, all at once: rows that were only deleted would be read again each time."""
        async with owner.transaction():
            await owner.execute("lock table border.outbound in access exclusive mode")
            row = await (await owner.execute("select count(*) as n from border.outbound")).fetchone()
            assert row is not None
            self.drained += row["n"]
            await owner.execute("truncate border.outbound")

    async def write(self, owner: AsyncConnection[DictRow]) -> None:
        """One writer: hands of attempts, one after the other, until all are done."""
        while self.begun < self.attempts:
            before = self.begun
            self.begun = min(self.attempts, before + self.hand)
            if self.drain and before // DRAIN_EVERY < self.begun // DRAIN_EVERY:
                await self.empty(owner)
            await asyncio.gather(*(self.act(owner) for _ in range(self.begun - before)))

    async def act(self, owner: AsyncConnection[DictRow]) -> None:
        """One attempt, or an old one once more; now and then somebody turns out to be somebody else first."""
        kind = self.chance.random()
        if kind < 0.002:
            await self.merge(owner)
        if kind > 0.97 and self.old:
            await self.replay()
        else:
            await self.attempt()

    async def merge(self, owner: AsyncConnection[DictRow]) -> None:
        """A second openid turns out to be somebody else's; or it was a mistake; or the person is erased."""
        other = self.persons + self.chance.randint(1, self.others)
        kind = self.chance.random()
        if kind < 0.5:
            await owner.execute(
                "update identity.subject set stands_for = %s where id = %s",
                (self.chance.randint(1, self.persons), other),
            )
            self.told["merges"] += 1
        elif kind < 0.75:
            await owner.execute("update identity.subject set stands_for = null where id = %s", (other,))
            self.told["unmerges"] += 1
        else:
            await owner.execute("update identity.subject set erased_at = now() where id = %s", (other,))
            self.told["erasures"] += 1

    async def attempt(self) -> None:
        """One person before one contract, with one key, until it is answered; sometimes asked for twice at once."""
        subject = self.chance.randint(1, self.persons + self.others)
        contract = self.chance.choice(DRAWN)
        key = self.border.key()
        kind = self.chance.random()
        if kind < 0.01:
            passage, booked = (await asyncio.gather(*(self.ask(subject, contract, key) for _ in range(2))))[0]
            self.told["doubled"] += 1
        else:
            passage, booked = await self.ask(subject, contract, key, crashes=kind > 0.99)
        self.answers[booked.verdict] += 1
        if len(self.old) < 10_000:
            self.old.append((passage, booked))
        else:
            self.old[self.chance.randrange(10_000)] = passage, booked

    async def replay(self) -> None:
        """An old message arrives once more, whenever it was: the same answer, and nothing moves."""
        passage, booked = self.chance.choice(self.old)
        again = await self.patient(passage)
        assert again is not None, "a booked key is answered whatever the day"
        assert (again.verdict, again.code, again.repeated, again.counted) == (booked.verdict, booked.code, True, 0)
        self.told["replays"] += 1

    async def ask(self, subject: int, contract: int, key: UUID, *, crashes: bool = False) -> tuple[Passage, Booked]:
        while True:
            passage = self.passage(subject, contract, key)
            year = passage.judged_on.year
            before = self.counted[year]
            if crashes:  # the caller dies; another one comes with the same key
                with suppress(TimeoutError, Problem):
                    await asyncio.wait_for(self.chance.choice(self.lanes).book(passage), self.chance.random() / 200)
                self.told["crashes"] += 1
                crashes = False
                continue
            booked = await self.patient(passage)
            if booked is None:
                self.told["judged again"] += 1
                continue
            self.note(passage, booked, before)
            return passage, booked

    def note(self, passage: Passage, booked: Booked, before: int) -> None:
        """Nobody passes at a line that was reached before they asked."""
        if booked.counted & Counter.GENERAL:
            self.counted[passage.judged_on.year] += 1
        if passage.contract in (SMALL, FILED, BOTH) and booked.verdict == 0 and not booked.repeated:
            assert isinstance(passage.verdict, Allow)
            most = passage.verdict.room.general_max
            assert before <= most, "passed beyond the line"
            assert before < most or not booked.counted & Counter.GENERAL, "a new person at the line"

    async def patient(self, passage: Passage) -> Booked | None:
        """The answer, however often the database dies; None: judge again."""
        while True:
            try:
                return await self.chance.choice(self.lanes).book(passage)
            except Problem as refused:
                if refused.code is JUDGE_AGAIN:
                    return None
                if refused.code.name not in ("database.unavailable", "lane.busy", "database.busy"):
                    raise
                self.told["unanswered"] += 1
                await asyncio.sleep(0.005)

    def passage(self, subject: int, contract: int, key: UUID) -> Passage:
        today = shanghai_day(self.border.clock.now())
        way = Way.OPENED if contract == SEEN else Way.SENT
        return Passage(
            key, self.border.handler, SubjectId(subject), contract, 0, today, way, self.verdict(contract, today)
        )

    def verdict(self, contract: int, today: date) -> Verdict:
        known = self.verdicts.get(contract)
        if known is None or known[0] != today:
            known = today, self.scaled(judged(CONTRACTS[contract], contract, today))
            self.verdicts[contract] = known
        return known[1]

    def scaled(self, verdict: Verdict) -> Verdict:
        if not isinstance(verdict, Allow):
            return verdict
        room = Room(*(n if n >= UNLIMITED else n // self.scale for n in msgspec.structs.astuple(verdict.room)))
        return msgspec.structs.replace(verdict, room=room)

    async def recount(self) -> dict[str, int]:
        """What plain SQL finds; answers the figures, and raises where anything differs."""
        differences = await self.border.rows(DIFFERENCES)
        assert differences == [], differences
        assert (await self.border.rows(NOBODY_ASKED))[0]["n"] == 0
        ledger = {row["verdict"]: row["n"] for row in await self.border.rows(BY_VERDICT)}
        assert ledger == dict(self.answers)
        (row,) = await self.border.rows(
            "select (select count(*) from border.outbound) as waiting,"
            " (select count(*) from border.transfer where verdict = 0 and way = 1) as passed"
        )
        assert row["waiting"] + self.drained == row["passed"]
        for row in await self.border.rows(OF_CONTRACT):
            allowed = self.scaled(judged(CONTRACTS[row["contract_id"]], row["contract_id"], MIDDLE))
            assert isinstance(allowed, Allow)
            assert row["persons"] <= allowed.room.general_max
        years = await self.border.rows("select distinct year from border.meter order by year")
        async with self.border.unit() as uow:
            found = [await figures.recount(uow, year["year"]) for year in years]
        assert all(one.agrees for lines in found for one in lines)
        used = await self.border.rows("select sum(used) as n from border.meter")
        return {"ledger rows": sum(ledger.values()), "counted": int(used[0]["n"]), "held": ledger.get(1, 0)}


def judged(contract: ExportContract, number: int, today: date) -> Verdict:
    """The verdict of the usual person under that contract on that day."""
    facts = TOLD | (PARTY if number == NEEDED else 0)
    who: Standing = person(facts=facts, **({"consents": 0} if number == REFUSED else {}))
    verdict = prepare(contract, MECHANISMS, today).judge(who)
    return as_view(verdict, Way.OPENED, OPENED) if number == SEEN else verdict
