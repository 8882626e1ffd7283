"""Bring points as opening lots: so many, of that member, ending then."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from yumen.app.transfer.fields import EXTERNAL
from yumen.app.transfer.kind import EXTERNAL as EXTERNAL_SHAPE
from yumen.app.transfer.kind import MOMENT, TAKEN, UNCHANGED, Kind, Verdict, moment, refused
from yumen.app.transfer.knowing import MEMBER_UNKNOWN, known_members
from yumen.app.transfer.lines import FIELD_UNFIT, Cells, Column
from yumen.customer.loyalty import ledger, takeover
from yumen.customer.loyalty.takeover import Opened, Opening
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.vault import Vault

DIFFER: Final = Code("transfer.points_differ", 409)
OWED: Final = Code("transfer.points_owed", 409)

COLUMNS: Final = {
    "external_id": Column(EXTERNAL_SHAPE, needed=True),
    "lot_id": Column(EXTERNAL_SHAPE),
    "points": Column(re.compile(r"-?[1-9][0-9]{0,9}"), needed=True),
    "expires_at": Column(MOMENT),
}
_REFUSALS: Final = {Opened.DIFFERS: refused(DIFFER.name, "points"), Opened.OWES: refused(OWED.name, "points")}
_VERDICTS: Final = {Opened.BOOKED: TAKEN, Opened.BEFORE: UNCHANGED, **_REFUSALS}


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of one member; without a lot of its own the member has one."""

    external: str
    lot: str
    points: int
    expires_at: datetime

    def __repr__(self) -> str:
        """Never whose."""
        return f"Lot({self.points})"


def points(now: datetime) -> Kind[Lot]:
    return Kind("points", COLUMNS, partial(judge, now), _names, _take)


def judge(now: datetime, cells: Cells) -> Lot:
    """Raises `transfer.field_unfit`; points that have ended are worth nothing."""
    told = int(cells["points"])
    expires_at = moment(cells, "expires_at", ledger.NEVER)
    if abs(told) > ledger.POINTS_MAX:
        raise FIELD_UNFIT(at="/points")
    if expires_at <= now or (told < 0 and "expires_at" in cells):
        raise FIELD_UNFIT(at="/expires_at")
    return Lot(cells["external_id"], cells.get("lot_id", ""), told, expires_at)


def _names(lot: Lot) -> Sequence[Hashable]:
    """One lot of a member at a time: the ledger books each person once in a statement."""
    return [lot.external]


async def _take(uow: UnitOfWork, source: str, items: Sequence[Lot], dry: bool) -> list[Verdict]:
    persons = await known_members(uow, source, [item.external for item in items])
    verdicts = [refused(MEMBER_UNKNOWN.name, "external_id")] * len(items)
    waiting = [(place, person) for place, person in enumerate(persons) if person is not None]
    while waiting:
        now: list[tuple[int, SubjectId]] = []
        later: list[tuple[int, SubjectId]] = []
        seen: set[SubjectId] = set()
        for place, person in waiting:  # two names of one person, after a merge
            (later if person in seen else now).append((place, person))
            seen.add(person)
        openings = [
            Opening(person, _reference(uow, source, items[place]), items[place].points, items[place].expires_at)
            for place, person in now
        ]
        opened = await takeover.open_lots(uow, source, openings, dry=dry)
        for (place, _), one in zip(now, opened, strict=True):
            verdicts[place] = _VERDICTS[one]
        waiting = later
    return verdicts


def _reference(uow: UnitOfWork, source: str, item: Lot) -> str:
    """What the ledger calls the lot: a keyed digest, since the other system's name may be a phone number."""
    return uow.use(Vault).index(uow.handler, EXTERNAL, f"{source}/{item.external}/{item.lot}").hex()
