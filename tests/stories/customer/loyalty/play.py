"""Random acts on somebody's points, with repeats, crashes and jumps of the clock; and what must hold after each."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.stories.customer.loyalty.conftest import Club
from yumen.customer.loyalty import expiry, ledger
from yumen.customer.loyalty.ledger import NEVER, Source
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId

ACTS = ("earn", "redeem", "reverse", "repeat", "crash", "pass_days", "expire")
REFUSALS = {"loyalty.points_insufficient", "loyalty.reversed_already"}

Step = tuple[str, int, int]
"""An act, how many points or days, and which of what there is."""

STANDING = """
select coalesce((select sum(points) from loyalty.balance where subject_id = %(who)s), 0)::bigint as points,
       coalesce((select sum(owed) from loyalty.balance where subject_id = %(who)s), 0)::bigint as owed,
       coalesce((select sum(left_points) from loyalty.lot where subject_id = %(who)s and expires_at > %(now)s), 0)
           ::bigint as live,
       coalesce((select sum(points) from loyalty.entry where subject_id = %(who)s and account = 'expired'), 0)::bigint
           as expired
"""


class CrashError(Exception):
    """The process dies before the commit."""


@dataclass
class Player:
    """One person, and what was done for them: sources with what of them was not taken back yet."""

    club: Club
    person: SubjectId
    left: dict[Source, int] = field(default_factory=dict)
    earned: int = 0
    spent: int = 0
    last: tuple[Source, str, int] | None = None

    async def play(self, step: Step) -> None:
        """Do one act; a refusal must be the one that the books want."""
        act, amount, pick = step
        await getattr(self, f"_{act}")(amount, pick)

    async def _earn(self, points: int, pick: int) -> None:
        source = self.club.source()
        ends = (self.club.in_days(2), self.club.in_days(9), self.club.in_days(60), NEVER)[pick % 4]
        await self.club.earn(self.person, points, ends, source)
        self.left[source], self.earned, self.last = points, self.earned + points, (source, "earn", points)

    async def _redeem(self, points: int, pick: int) -> None:
        source, available = self.club.source("spend"), await self.club.points(self.person)
        if points > available:
            with pytest.raises(Problem, match=r"loyalty\.points_insufficient"):
                await self.club.redeem(self.person, points, source)
            return
        await self.club.redeem(self.person, points, source)
        self.left[source], self.spent, self.last = points, self.spent + points, (source, "redeem", points)

    async def _reverse(self, points: int, pick: int) -> None:
        if not self.left:
            return
        of = list(self.left)[pick % len(self.left)]
        if points > self.left[of]:
            with pytest.raises(Problem, match=r"loyalty\.reversed_already"):
                await self.club.reverse(of, points)
            return
        await self.club.reverse(of, points)
        self.left[of] -= points
        if of.kind == "order":
            self.earned -= points
        else:
            self.spent -= points

    async def _repeat(self, points: int, pick: int) -> None:
        if self.last is None:
            return
        source, act, booked = self.last
        again = self.club.earn if act == "earn" else self.club.redeem
        await again(self.person, booked, source=source)

    async def _crash(self, points: int, pick: int) -> None:
        with pytest.raises(CrashError):
            async with self.club.house.unit() as uow:
                await ledger.earn(uow, self.person, self.club.source(), points)
                raise CrashError

    async def _pass_days(self, days: int, pick: int) -> None:
        self.club.pass_days(days % 7)

    async def _expire(self, points: int, pick: int) -> None:
        await expiry.expire_job(self.club.house.work, {"handler": self.club.house.handler})

    async def check(self) -> None:
        """What is there and what is owed is what was earned, less what was spent and what ended."""
        async with self.club.house.unit() as uow:
            found = await uow.conn.execute(STANDING, {"who": self.person, "now": uow.now})
            row = await found.fetchone()
        assert row is not None
        assert row["points"] - row["owed"] == self.earned - self.spent - row["expired"]
        assert row["points"] >= 0
        assert not (row["owed"] and row["live"]), "somebody owes points and has some"


__all__ = ["ACTS", "REFUSALS", "Player", "Step"]
