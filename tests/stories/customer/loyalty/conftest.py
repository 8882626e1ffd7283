"""A club in the house: rules and tiers in force, members enrolled, and points booked without ceremony."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from tests.stories.customer.conftest import House
from yumen.customer.loyalty import card, ledger, overview, programs
from yumen.customer.loyalty.check import Recount, check
from yumen.customer.loyalty.earning import Rules
from yumen.customer.loyalty.ledger import Source
from yumen.customer.loyalty.ledger_store import Posting
from yumen.customer.loyalty.tiers import Tiers
from yumen.kit.ids import SubjectId
from yumen.security.access import four_eyes

PROPOSER, APPROVER = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Club:
    """The house, and what one does in it."""

    house: House
    numbers: count[int]

    async def member(self, openid: str = "oAlice") -> SubjectId:
        """Somebody who logged in and enrolled."""
        person, _ = await self.house.enrol(openid)
        async with self.house.unit() as uow:
            await card.enrol(uow, person)
        return person

    def source(self, kind: str = "order") -> Source:
        """One that was not used yet."""
        return Source(kind, f"{kind}.{next(self.numbers)}")

    def in_days(self, days: float) -> datetime:
        return self.house.clock.now() + timedelta(days=days)

    def pass_days(self, days: float) -> None:
        """Move the business clock of the house."""
        self.house.clock.offset += timedelta(days=days)

    def set_time(self, now: datetime) -> None:
        """Let the business clock of the house go on from then."""
        self.house.clock.offset += now - self.house.clock.now()

    async def earn(
        self, person: SubjectId, points: int, expires_at: datetime = ledger.NEVER, source: Source | None = None
    ) -> Posting:
        async with self.house.unit() as uow:
            return await ledger.earn(uow, person, source or self.source(), points, expires_at)

    async def redeem(self, person: SubjectId, points: int, source: Source | None = None) -> Posting:
        async with self.house.unit() as uow:
            return await ledger.redeem(uow, person, source or self.source("spend"), points)

    async def reverse(self, of: Source, points: int | None = None, source: Source | None = None) -> Posting:
        async with self.house.unit() as uow:
            return await ledger.reverse(uow, of, source or self.source("refund"), points)

    async def points(self, person: SubjectId) -> int:
        async with self.house.unit() as uow:
            return await overview.find_points(uow, person)

    async def owed(self, person: SubjectId) -> int:
        rows = await self.house.rows("select owed from loyalty.balance where subject_id = %s", person)
        return int(str(rows[0]["owed"])) if rows else 0

    async def lots(self, person: SubjectId) -> list[int]:
        """What is left of each lot, the first to end first."""
        query = "select left_points from loyalty.lot where subject_id = %s order by expires_at"
        return [int(str(row["left_points"])) for row in await self.house.rows(query, person)]

    async def recount(self) -> Recount:
        async with self.house.unit() as uow:
            return await check(uow)

    async def approved(self, act: str, facts: four_eyes.Facts) -> str:
        async with self.house.staff(PROPOSER) as uow:
            approval = await four_eyes.propose(uow, act, facts)
        async with self.house.staff(APPROVER) as uow:
            await four_eyes.approve(uow, approval, ["compliance"])
        return approval

    async def adopt(self, body: Rules | Tiers, starts_at: datetime = LONG_AGO) -> int:
        """Let rules or tiers hold from then on; answers the version."""
        async with self.house.staff(PROPOSER) as uow:
            version, approval = await programs.propose(uow, body, starts_at)
        async with self.house.staff(APPROVER) as uow:
            await four_eyes.approve(uow, approval, ["compliance"])
        async with self.house.staff(PROPOSER) as uow:
            await programs.adopt(uow, "earning" if isinstance(body, Rules) else "tiers", version, approval)
        return version


@pytest.fixture
async def club(house: House) -> Club:
    return Club(house, count(1))
