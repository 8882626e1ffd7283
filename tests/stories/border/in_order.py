"""Bookings one after another in plain Python: what the database must decide for a batch, written apart from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from yumen.border.booking import Booked, Passage
from yumen.border.meter import bits
from yumen.border.verdict import FULL, LIMITED, Allow, severity
from yumen.kit.ids import SubjectId


@dataclass
class InOrder:
    """One handler's year. `stands_for` and `erased` are who was merged and who is gone."""

    stands_for: Mapping[SubjectId, SubjectId]
    erased: Set[SubjectId]
    adjusted: Mapping[int, int] = field(default_factory=dict)
    counted: dict[int, set[SubjectId]] = field(default_factory=dict)
    told: dict[UUID, Booked] = field(default_factory=dict)

    def book(self, passages: Sequence[Passage]) -> list[Booked]:
        return [self._one(passage) for passage in passages]

    def used(self, counter: int) -> int:
        return len(self.counted.get(counter, ()))

    def _one(self, passage: Passage) -> Booked:
        before = self.told.get(passage.key)
        if before is not None:
            return Booked(before.verdict, before.code, before.person, 0, True)
        person = self.stands_for.get(passage.subject, passage.subject)
        verdict, code = severity(passage.verdict), passage.verdict.code
        new: list[int] = []
        if isinstance(passage.verdict, Allow):
            new = [bit for bit in bits(passage.verdict.counters) if person not in self.counted.get(bit, ())]
            if passage.subject in self.erased:
                verdict, code, new = 2, "export.erased", []
            elif (full := self._full(passage.verdict, new)) is not None:
                verdict, code, new = 1, full, []
        for bit in new:
            self.counted.setdefault(bit, set()).add(person)
        self.told[passage.key] = Booked(verdict, code, person, sum(new), False)
        return self.told[passage.key]

    def _full(self, allowed: Allow, new: Sequence[int]) -> str | None:
        room = allowed.room
        for counter, most in zip(LIMITED, (room.general_max, room.sensitive_max, room.zone_max), strict=True):
            level = self.used(counter) + self.adjusted.get(counter, 0)
            if allowed.counters & counter and level + (counter in new) > most:
                return FULL[counter]
        return None
