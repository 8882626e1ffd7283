"""Bring consents as the word of another system: written down, marked `legacy_unproved`, permitting nothing.

They are a list of whom to ask again (`consent_store.plan`). No notice of ours was shown and no leaf proves the answer,
so `consent.basis` never reads them.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from yumen.app.transfer import consent_store
from yumen.app.transfer.kind import EXTERNAL, MOMENT, TAKEN, UNCHANGED, Kind, Verdict, moment, refused
from yumen.app.transfer.knowing import MEMBER_UNKNOWN, known_members
from yumen.app.transfer.lines import FIELD_UNFIT, Cells, Column
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Purpose

ASKED: Final = (
    Purpose.PROFILE, Purpose.MARKETING, Purpose.SHARING, Purpose.PUBLICATION, Purpose.IMAGING, Purpose.SENSITIVE,
    Purpose.EXPORT,
)  # fmt: skip
"""Purposes that rest on consent; for the others there was nothing to ask."""

COLUMNS: Final = {
    "external_id": Column(EXTERNAL, needed=True),
    "purpose": Column(re.compile("|".join(purpose.value for purpose in ASKED)), needed=True),
    "state": Column(re.compile("given|refused|withdrawn"), needed=True),
    "answered_at": Column(MOMENT),
}


@dataclass(frozen=True, slots=True)
class Legacy:
    """One answer as another system tells it."""

    external: str
    purpose: str
    state: str
    answered_at: datetime | None

    def __repr__(self) -> str:
        """Never whose."""
        return f"Legacy({self.purpose})"


def consents(now: datetime) -> Kind[Legacy]:
    return Kind("consents", COLUMNS, partial(judge, now), _names, _take)


def judge(now: datetime, cells: Cells) -> Legacy:
    """Raises `transfer.field_unfit`."""
    at = moment(cells, "answered_at", datetime.min.replace(tzinfo=UTC)) if "answered_at" in cells else None
    if at is not None and at > now:
        raise FIELD_UNFIT(at="/answered_at")
    return Legacy(cells["external_id"], cells["purpose"], cells["state"], at)


def _names(legacy: Legacy) -> Sequence[Hashable]:
    return [(legacy.external, legacy.purpose)]


async def _take(uow: UnitOfWork, source: str, items: Sequence[Legacy], dry: bool) -> list[Verdict]:
    persons = await known_members(uow, source, [item.external for item in items])
    answers: dict[tuple[SubjectId, str], consent_store.Answer] = {}
    for item, person in zip(items, persons, strict=True):
        if person is not None:
            answers[person, item.purpose] = (person, item.purpose, item.state, item.answered_at)
    fresh = set(answers) if dry else await consent_store.put(
        uow.conn, uow.handler, source, list(answers.values()), uow.now
    )  # fmt: skip
    return [
        refused(MEMBER_UNKNOWN.name, "external_id")
        if person is None
        else TAKEN if (person, item.purpose) in fresh else UNCHANGED
        for item, person in zip(items, persons, strict=True)
    ]  # fmt: skip
