"""Define coupons, know which a person has, and see one through an order: reserved, consumed, given back.

A reservation belongs to a reference (the order) and lapses by itself; the order that pays late still has it, unless
another order took it meanwhile. What is given back ends when it would have ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from psycopg.rows import DictRow

from yumen.customer.loyalty import coupon_store, ledger_store
from yumen.customer.loyalty.coupons import Coupon, Terms, check
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, is_id, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

UNKNOWN: Final = Code("coupon.definition_unknown", 404)
NOT_USABLE: Final = Code("coupon.not_usable", 409)
WINDOW_UNFIT: Final = Code("coupon.window_unfit", 422)

DEFINED: Final = trail.LeafKind("coupon.defined", "definition", "gives", "per_person_max", "total_max")
CLOSED: Final = trail.LeafKind("coupon.closed", "definition")
RESERVED: Final = trail.LeafKind("coupon.reserved", "coupons", "reference")
CONSUMED: Final = trail.LeafKind("coupon.consumed", "coupons", "reference")
RETURNED: Final = trail.LeafKind("coupon.returned", "coupons", "reference")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many there may be and when: issued between two moments, good for so many days after."""

    per_person_max: int
    total_max: int | None
    starts_at: datetime
    ends_at: datetime
    valid_days: int


@dataclass(frozen=True, slots=True)
class Definition:
    id: str
    terms: Terms
    limits: Limits
    issued: int
    defined_at: datetime
    closed_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and now < self.limits.ends_at


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon of a person. `state` is `issued`, `reserved`, `consumed`, or `expired` once its time is over."""

    id: str
    terms: Terms
    state: str
    starts_at: datetime
    expires_at: datetime


@recorded
async def define(uow: UnitOfWork, terms: Terms, limits: Limits) -> str:
    """Write a definition down; answers its id. Raises `coupon.terms_unfit`, `coupon.window_unfit`."""
    check(terms)
    if not limits.starts_at < limits.ends_at or limits.ends_at <= uow.now:
        raise WINDOW_UNFIT(at="/ends_at")
    made = new_id("cpd")
    row = {
        "id": made,
        "terms": msgspec.to_builtins(terms),
        "per_person_max": limits.per_person_max,
        "total_max": limits.total_max,
        "starts_at": limits.starts_at,
        "ends_at": limits.ends_at,
        "valid_days": limits.valid_days,
    }
    await coupon_store.insert_definition(uow.conn, uow.handler, row, uow.now)
    await trail.record(
        uow,
        DEFINED.name,
        definition=made,
        gives=terms.kind,
        per_person_max=limits.per_person_max,
        total_max=limits.total_max,
    )
    return made


@recorded
async def close(uow: UnitOfWork, definition: str) -> None:
    """Issue no more of it; what people have stays theirs. Raises `coupon.definition_unknown`."""
    await get(uow, definition)
    if not await coupon_store.close(uow.conn, uow.handler, definition, uow.now):
        return uow.unchanged(None)
    await trail.record(uow, CLOSED.name, definition=definition)
    return None


async def get(uow: UnitOfWork, definition: str) -> Definition:
    """Raises `coupon.definition_unknown`."""
    row = await coupon_store.find_definition(uow.conn, uow.handler, definition)
    if row is None:
        raise UNKNOWN()
    return _definition(row)


async def list_definitions(uow: UnitOfWork, after: str, limit: int) -> Sequence[Definition]:
    """The oldest first."""
    rows = await coupon_store.list_definitions(uow.conn, uow.handler, after, limit)
    return [_definition(row) for row in rows]


async def list_held(uow: UnitOfWork, subject: SubjectId, before: str, limit: int) -> Sequence[Held]:
    """A person's coupons, the newest first."""
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    rows = await coupon_store.list_of_person(uow.conn, family, before, limit)
    return [Held(row["id"], _terms(row), _state(row, uow.now), row["starts_at"], row["expires_at"]) for row in rows]


async def list_usable(uow: UnitOfWork, subject: SubjectId, ids: Sequence[str] | None = None) -> list[Coupon]:
    """What a person may use now, of these only if any are named, as `coupons.best` wants it.

    Those that end first, at most `COUPONS_MAX`.
    """
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    rows = await coupon_store.list_usable(uow.conn, family, uow.now, ids)
    return [Coupon(row["id"], _terms(row), row["expires_at"]) for row in rows]


@recorded
async def reserve(uow: UnitOfWork, subject: SubjectId, ids: Sequence[str], reference: str, until_at: datetime) -> None:
    """Keep these coupons for an order until then, all or none; repeating it for the same reference prolongs it.

    Raises `coupon.not_usable`: not the person's, ended, used, or kept for another order.
    """
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    wanted = sorted(set(ids))
    if not wanted:
        return uow.unchanged(None)
    count = await coupon_store.reserve(uow.conn, family, wanted, reference, until_at, uow.now)
    if count != len(wanted):
        raise NOT_USABLE(coupons=len(wanted) - count)
    await trail.record(uow, RESERVED.name, family[0], coupons=count, reference=_word(reference))
    return None


@recorded
async def consume(uow: UnitOfWork, reference: str) -> int:
    """The order was paid: its coupons are used up. Answers how many; 0 when there are none left to use up."""
    count = await coupon_store.consume(uow.conn, uow.handler, reference)
    if not count:
        return uow.unchanged(0)
    await trail.record(uow, CONSUMED.name, coupons=count, reference=_word(reference))
    return count


@recorded
async def give_back(uow: UnitOfWork, reference: str) -> int:
    """The order was cancelled or refunded: its coupons are free again, with their old end. Answers how many."""
    count = await coupon_store.give_back(uow.conn, uow.handler, reference)
    if not count:
        return uow.unchanged(0)
    await trail.record(uow, RETURNED.name, coupons=count, reference=_word(reference))
    return count


def _word(reference: str) -> str | None:
    """An order of ours may stand in a leaf; what another system calls its orders may not."""
    return reference if is_id(reference, reference.partition("_")[0]) else None


def _definition(row: DictRow) -> Definition:
    limits = Limits(row["per_person_max"], row["total_max"], row["starts_at"], row["ends_at"], row["valid_days"])
    return Definition(row["id"], _terms(row), limits, row["issued"], row["defined_at"], row["closed_at"])


def _terms(row: DictRow) -> Terms:
    return msgspec.convert(row["terms"], Terms)


def _state(row: DictRow, now: datetime) -> str:
    if row["state"] == "consumed":
        return "consumed"
    if row["expires_at"] <= now:
        return "expired"
    lapsed = row["state"] == "reserved" and row["reserved_until_at"] <= now
    return "issued" if lapsed else str(row["state"])
