"""What people tell about themselves by choice: nickname, birthday, region; and the language they read.

Each is kept on their consent to a profile (PIPL art. 13(1)1), so setting one asks `basis.require` first; taking one
away never does. The language is a setting of the app, no personal field, and needs no consent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType
from psycopg.rows import DictRow

from yumen.customer.consent import basis
from yumen.customer.identity import subjects
from yumen.customer.profile import minors, store
from yumen.customer.profile.events import ProfileChanged
from yumen.customer.profile.fields import BIRTHDAY, NICKNAME, REGION
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.datamap import Field, Purpose

NICKNAME_UNFIT: Final = Code("profile.nickname_unfit", 422)
BIRTHDAY_UNFIT: Final = Code("profile.birthday_unfit", 422)

CHANGED: Final = trail.LeafKind("profile.changed", "set", "cleared")
CLEARED: Final = trail.LeafKind("profile.cleared", "rows")

NICKNAME_MAX: Final = 32
EARLIEST_BIRTHDAY: Final = date(1900, 1, 1)
_JOINERS: Final = frozenset("\u200d\ufe0f")
"""What joins emoji; every other invisible sign could turn a text around or hide in it."""

SEALED: Final[Mapping[str, Field]] = {"nickname": NICKNAME, "birthday": BIRTHDAY, "region": REGION}


class Details(msgspec.Struct, frozen=True):
    """What is known, opened."""

    nickname: str | None = None
    birthday: str | None = None
    region: str | None = None
    language: str | None = None


class Change(msgspec.Struct, frozen=True):
    """What to set; None takes a value away, UNSET leaves it. `region` is an ISO 3166 code (`CN-SH`)."""

    nickname: str | UnsetType | None = UNSET
    birthday: date | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET

    def given(self) -> dict[str, str | None]:
        """The fields that are named, as texts."""
        named = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in named.items()
            if value is not UNSET
        }


@recorded
async def change(uow: UnitOfWork, person: SubjectId, wish: Change) -> list[str]:
    """Set and take away; answers the names of what was named, none when nothing is new.

    Raises `profile.nickname_unfit`, `profile.birthday_unfit` and those of `basis.require` (for what is set).
    """
    given = _checked(uow, wish)
    if not given:
        return uow.unchanged([])
    if any(value is not None and name in SEALED for name, value in given.items()):
        await basis.require(uow, person, Purpose.PROFILE)
        await minors.require_guardian(uow, person)
    await store.lock_person(uow.conn, person)
    known = await find(uow, person)
    fresh = {name: given.get(name, getattr(known, name)) for name in Details.__struct_fields__}
    if all(getattr(known, name) == value for name, value in fresh.items()):
        return uow.unchanged([])
    places = [(person, field, value) for name, field in SEALED.items() if (value := fresh[name]) is not None]
    sealed = dict(
        zip((field.name for _, field, _ in places), await vault.seal_many(uow, places) if places else [], strict=True)
    )
    await store.put_detail(
        uow.conn,
        person,
        sealed.get("nickname"),
        sealed.get("birthday"),
        sealed.get("region"),
        fresh["language"],
        uow.now,
    )
    cleared = sorted(name for name, value in given.items() if value is None)
    if cleared:
        await store.clear_details(uow.conn, await subjects.family(uow.conn, person), cleared)
    await trail.record(uow, CHANGED.name, person, set=sorted(given.keys() - set(cleared)), cleared=cleared)
    await uow.emit(ProfileChanged(person, uow.handler))
    return list(given)


@recorded
async def clear(uow: UnitOfWork, person: SubjectId) -> int:
    """Forget all that was kept on the consent to a profile, the picture too; answers how many rows."""
    family = await subjects.family(uow.conn, person)
    rows = await store.delete_details(uow.conn, family) + await store.delete_avatars(uow.conn, family)
    if not rows:
        return uow.unchanged(0)
    await trail.record(uow, CLEARED.name, person, rows=rows)
    await uow.emit(ProfileChanged(person, uow.handler))
    return rows


async def find(uow: UnitOfWork, person: SubjectId) -> Details:
    """What the person told, opened."""
    row = await store.find_detail(uow.conn, await subjects.family(uow.conn, person))
    return Details() if row is None else await _opened(uow, row)


async def _opened(uow: UnitOfWork, row: DictRow) -> Details:
    subject = SubjectId(row["subject_id"])
    there = {name: field for name, field in SEALED.items() if row[f"{name}_sealed"] is not None}
    places = [(subject, field, row[f"{name}_sealed"]) for name, field in there.items()]
    opened = dict(zip(there, await vault.unseal_many(uow, places) if places else [], strict=True))
    return Details(opened.get("nickname"), opened.get("birthday"), opened.get("region"), row["language"])


def _checked(uow: UnitOfWork, wish: Change) -> dict[str, str | None]:
    given = wish.given()
    nickname = given.get("nickname")
    if nickname is not None:
        given["nickname"] = nickname_of(nickname)
    if isinstance(wish.birthday, date) and not EARLIEST_BIRTHDAY <= wish.birthday <= shanghai_day(uow.now):
        raise BIRTHDAY_UNFIT(at="/birthday")
    return given


def nickname_of(text: str) -> str:
    """Trimmed and composed (NFC). Raises `profile.nickname_unfit` for nothing, too much, or invisible signs."""
    told = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(sign)[0] == "C" and sign not in _JOINERS for sign in told)
    if not told or len(told) > NICKNAME_MAX or hidden or not told.strip("".join(_JOINERS)):
        raise NICKNAME_UNFIT(at="/nickname", length_max=NICKNAME_MAX)
    return told
