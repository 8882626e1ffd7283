"""Bind, change and remove the phone number that WeChat vouches for.

A number names nobody: carriers give it to somebody else after a while. So a number that another subject has is bound
here as well and joins nobody; staff who search for it find both, and a merge is a decision of its own (`alias`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.customer.consent import basis
from yumen.customer.identity import subjects
from yumen.customer.profile import minors, store
from yumen.customer.profile.events import PhoneBound, ProfileChanged
from yumen.customer.profile.fields import PHONE
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.wechat import PhoneInfo

ABSENT: Final = Code("phone.absent", 404)
NUMBER_UNFIT: Final = Code("phone.number_unfit", 422)

BOUND: Final = trail.LeafKind("phone.bound", "way")
CHANGED: Final = trail.LeafKind("phone.changed", "way")
REMOVED: Final = trail.LeafKind("phone.removed")

DIGITS_MAX: Final = 15
"""ITU-T E.164."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number WeChat vouches for, as E.164; `way` is `code` (getuserphonenumber) or `encrypted` (the old path)."""

    e164: str
    way: str

    def __repr__(self) -> str:
        """Never the number."""
        return f"Number({self.way})"


@dataclass(frozen=True, slots=True)
class Shown:
    """The number as it is shown: country code, and the last digits."""

    masked: str
    bound_at: datetime


def number_of(info: PhoneInfo, way: str) -> Number:
    """The number in WeChat's answer. Raises `phone.number_unfit`."""
    country, pure = info.country_code, info.pure_phone_number
    digits = country + pure
    if not (country and pure and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= DIGITS_MAX):
        raise NUMBER_UNFIT()
    return Number(f"+{digits}", way)


def mask(e164: str) -> str:
    """`+861*******678`: what tells a person which of their numbers it is, and nobody else which it is."""
    return f"{e164[:4]}{'*' * (len(e164) - 7)}{e164[-3:]}"


@recorded
async def bind(uow: UnitOfWork, person: SubjectId, number: Number) -> str:
    """Bind the number, or put it in the place of another; answers `bound`, `changed` or `same`."""
    await basis.require(uow, person, PHONE.purpose)
    await minors.require_guardian(uow, person)
    await store.lock_person(uow.conn, person)
    family = await subjects.family(uow.conn, person)
    before = await store.find_phone(uow.conn, family)
    index = await vault.index(uow, PHONE, number.e164)
    if before is not None and before["phone_index"] == index:
        return uow.unchanged("same")
    sealed = await vault.seal(uow, person, PHONE, number.e164)
    await store.delete_phones(uow.conn, family)
    await store.put_phone(uow.conn, uow.handler, person, sealed, index, uow.now)
    kind = BOUND if before is None else CHANGED
    await trail.record(uow, kind.name, person, way=number.way)
    await uow.emit(PhoneBound(person, uow.handler))
    return "bound" if before is None else "changed"


@recorded
async def remove(uow: UnitOfWork, person: SubjectId) -> bool:
    """Forget the person's number, seal and index; False when there was none."""
    if not await store.delete_phones(uow.conn, await subjects.family(uow.conn, person)):
        return uow.unchanged(False)
    await trail.record(uow, REMOVED.name, person)
    await uow.emit(ProfileChanged(person, uow.handler))
    return True


async def find(uow: UnitOfWork, person: SubjectId) -> Shown | None:
    """The person's number, masked."""
    row = await store.find_phone(uow.conn, await subjects.family(uow.conn, person))
    if row is None:
        return None
    e164 = await vault.unseal(uow, SubjectId(row["subject_id"]), PHONE, row["phone_sealed"])
    return Shown(mask(e164), row["bound_at"])
