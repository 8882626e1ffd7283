"""Enrol a member, give the card its number, and show the till a code that is good for a minute and used once.

The number is random with a check digit, so it can be typed and not guessed; only its seal and blind index are stored.
The code on the phone names nobody: the till sends it in, and the house says whose it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from yumen.customer import profile
from yumen.customer.identity import Subject, subjects
from yumen.customer.loyalty import ledger_store, member_store
from yumen.customer.loyalty.events import MemberEnrolled
from yumen.customer.loyalty.fields import NUMBER
from yumen.customer.loyalty.tiers import Standing
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

NOT_MEMBER: Final = Code("loyalty.not_member", 404)
NUMBER_UNFIT: Final = Code("loyalty.number_unfit", 422)
CODE_UNKNOWN: Final = Code("loyalty.card_code_unknown", 404)

ENROLLED: Final = trail.LeafKind("loyalty.enrolled")
CARD_READ: Final = trail.LeafKind("loyalty.card_read")

NUMBER_DIGITS: Final = 16
CODE_DIGITS: Final = 20
CODE_LIFE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody enrolled. `subject` is where the membership lies, `person` who is meant, after merges."""

    person: SubjectId
    subject: SubjectId
    number_sealed: bytes
    enrolled_at: datetime
    standing: Standing


@recorded
async def enrol(uow: UnitOfWork, subject: SubjectId) -> bool:
    """Make this person a member (by contract, PIPL art. 13(1)2); False when they are one.

    Raises `subject.not_found`, `minors.guardian_needed`.
    """
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    if not family:
        raise subjects.NOT_FOUND()
    person = family[0]
    if await member_store.find(uow.conn, family) is not None:
        return uow.unchanged(False)
    await profile.minors.require_guardian(uow, person)
    number = new_number()
    sealed = await vault.seal(uow, person, NUMBER, number)
    index = await vault.index(uow, NUMBER, number)
    if not await member_store.insert(uow.conn, uow.handler, person, sealed, index, uow.now):
        return uow.unchanged(False)
    await trail.record(uow, ENROLLED.name, person)
    await uow.emit(MemberEnrolled(person, uow.handler))
    return True


async def find(uow: UnitOfWork, subject: SubjectId) -> Member | None:
    """The membership of the person meant, if they have one."""
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    row = await member_store.find(uow.conn, family) if family else None
    return None if row is None else member_of(family[0], row)


async def tier_of(uow: UnitOfWork, subject: SubjectId) -> str | None:
    """The code of the person's tier, for prices; None for no member or none."""
    return await member_store.find_tier(uow.conn, uow.handler, subject) or None


async def tiers_of(uow: UnitOfWork, subjects: Sequence[SubjectId]) -> dict[SubjectId, str]:
    """The same for several at once, those who are in one."""
    return await member_store.list_tiers(uow.conn, uow.handler, subjects)


def member_of(person: SubjectId, row: DictRow) -> Member:
    """The membership in a row of `loyalty.member`."""
    standing = Standing(row["tier"], row["tier_since_at"], row["tier_until_at"])
    return Member(person, SubjectId(row["subject_id"]), row["number_sealed"], row["enrolled_at"], standing)


async def get(uow: UnitOfWork, subject: SubjectId) -> Member:
    """Raises `loyalty.not_member`."""
    member = await find(uow, subject)
    if member is None:
        raise NOT_MEMBER()
    return member


async def number_of(uow: UnitOfWork, member: Member) -> str:
    """The number on the card, opened: for the member's own eyes."""
    return await vault.unseal(uow, member.subject, NUMBER, member.number_sealed)


async def show_code(uow: UnitOfWork, subject: SubjectId) -> tuple[str, datetime]:
    """A fresh code for the till and until when it is good; the one before is void. Raises `loyalty.not_member`."""
    member = await get(uow, subject)
    code = checked_digits(CODE_DIGITS)
    expires_at = uow.now + CODE_LIFE
    await member_store.put_code(uow.conn, uow.handler, member.person, sm3(code.encode()), expires_at)
    return code, expires_at


@recorded
async def read_code(uow: UnitOfWork, code: str) -> Subject:
    """Whose code the till read; it is void afterwards. Raises `loyalty.card_code_unknown`, `loyalty.number_unfit`."""
    _check(code, CODE_DIGITS)
    row = await member_store.use_code(uow.conn, uow.handler, sm3(code.encode()))
    if row is None or row["expires_at"] <= uow.now:
        raise CODE_UNKNOWN()
    person = (await get(uow, SubjectId(row["subject_id"]))).person
    await trail.record(uow, CARD_READ.name, person)
    return await subjects.get(uow, person)


async def find_by_number(uow: UnitOfWork, number: str) -> Subject | None:
    """Whose card has this number: counted, limited, in the trail.

    Raises `loyalty.number_unfit`, `vault.search_limit`.
    """
    written = number.replace(" ", "")
    _check(written, NUMBER_DIGITS)
    found = await vault.search(uow, NUMBER, written, _find)
    return await subjects.get(uow, found[0]) if found else None


def new_number() -> str:
    """16 digits, the first is 8 or 9 (no payment card begins so), the last is the check digit."""
    return checked_digits(NUMBER_DIGITS, secrets.choice("89"))


def checked_digits(length: int, first: str = "") -> str:
    """So many random digits, the last of which is the check digit."""
    body = first + "".join(secrets.choice("0123456789") for _ in range(length - 1 - len(first)))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """ISO/IEC 7064, MOD 11,10: every single wrong digit and nearly every swap of neighbours is found."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def _check(written: str, length: int) -> None:
    is_digits = len(written) == length and written.isascii() and written.isdigit()
    if not is_digits or check_digit(written[:-1]) != written[-1]:
        raise NUMBER_UNFIT()


async def _find(uow: UnitOfWork, index: bytes) -> list[SubjectId]:
    return list(await member_store.find_by_number(uow.conn, uow.handler, index))
