"""Propose how points are earned or what lifts a member, let a second person adopt it, and know what holds when.

A version is written once and holds from its `starts_at`; a purchase earns by the version that held at its own moment,
so nothing that was bought before is reckoned anew. Only the first version of a kind may begin in the past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeVar

import msgspec
from psycopg.rows import DictRow

from yumen.customer.loyalty import earning, program_store, tiers
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes

UNKNOWN: Final = Code("loyalty.program_unknown", 404)
ADOPTED_ALREADY: Final = Code("loyalty.program_adopted", 409)
STARTS_IN_PAST: Final = Code("loyalty.program_starts_in_past", 409)

CHANGED: Final = trail.LeafKind("rules.changed", "program", "version", "body_hash", "approval")

CHANGE: Final = "loyalty.rules"

Kind = Literal["earning", "tiers"]
Body = earning.Rules | tiers.Tiers
T = TypeVar("T", earning.Rules, tiers.Tiers)


@dataclass(frozen=True, slots=True)
class Program:
    """One version. `body_hash` is SM3 over the canonical JSON of `body`, what the second person approves."""

    kind: Kind
    version: int
    body: Body
    body_hash: bytes
    starts_at: datetime
    proposed_by: str
    proposed_at: datetime
    adopted_at: datetime | None


async def propose(uow: UnitOfWork, body: Body, starts_at: datetime) -> tuple[int, str]:
    """Write a version down and ask for its approval; answers version and approval. It holds nothing yet.

    Raises `loyalty.rules_unfit`, `loyalty.tiers_unfit`.
    """
    kind = _kind_of(body)
    earning.check(body) if isinstance(body, earning.Rules) else tiers.check(body)
    body_hash = hash_of(body)
    version = await program_store.insert(
        uow.conn, uow.handler, kind, msgspec.to_builtins(body), body_hash, starts_at, uow.actor.id, uow.now
    )
    approval = await four_eyes.propose(uow, CHANGE, change_facts(kind, version, body_hash))
    return version, approval


@recorded
async def adopt(uow: UnitOfWork, kind: Kind, version: int, approval: str | None) -> None:
    """Let a version hold from its beginning on, as a second person approved.

    Raises `loyalty.program_unknown`, `loyalty.program_adopted`, `loyalty.program_starts_in_past`, `approval.…`.
    """
    program = await get(uow, kind, version)
    facts = change_facts(kind, version, program.body_hash)
    if program.adopted_at is not None:
        raise ADOPTED_ALREADY(version=version)
    if program.starts_at < uow.now and await program_store.has_adopted(uow.conn, uow.handler, kind):
        raise STARTS_IN_PAST(version=version)
    await four_eyes.consume(uow, approval, CHANGE, four_eyes.facts_hash(facts))
    if not await program_store.adopt(uow.conn, uow.handler, kind, version, uow.now):
        raise ADOPTED_ALREADY(version=version)
    said = program.body_hash.hex()
    await trail.record(uow, CHANGED.name, program=kind, version=version, body_hash=said, approval=approval)


def change_facts(kind: Kind, version: int, body_hash: bytes) -> four_eyes.Facts:
    """What the second person approves."""
    return {"kind": kind, "version": version, "body_hash": body_hash.hex()}


async def get(uow: UnitOfWork, kind: Kind, version: int) -> Program:
    """One version. Raises `loyalty.program_unknown`."""
    row = await program_store.find(uow.conn, uow.handler, kind, version)
    if row is None:
        raise UNKNOWN()
    return _program(row)


async def list_versions(uow: UnitOfWork, kind: Kind, before: int, limit: int) -> Sequence[Program]:
    """Versions below `before`, the newest first."""
    rows = await program_store.list_page(uow.conn, uow.handler, kind, before, limit)
    return [_program(row) for row in rows]


async def earning_at(uow: UnitOfWork, at: datetime) -> tuple[int, earning.Rules] | None:
    """The version and rules by which a purchase of that moment earns; None when nothing held then."""
    return await _in_force(uow, "earning", earning.Rules, at)


async def tiers_at(uow: UnitOfWork, at: datetime) -> tiers.Tiers | None:
    """The ladder of that moment."""
    found = await _in_force(uow, "tiers", tiers.Tiers, at)
    return None if found is None else found[1]


def hash_of(body: Body) -> bytes:
    """SM3 over the body as JSON with sorted names."""
    return sm3(msgspec.json.encode(body, order="sorted"))


async def _in_force(uow: UnitOfWork, kind: Kind, shape: type[T], at: datetime) -> tuple[int, T] | None:
    row = await program_store.find_in_force(uow.conn, uow.handler, kind, at)
    return None if row is None else (row["version"], msgspec.convert(row["body"], shape))


def _kind_of(body: Body) -> Kind:
    return "earning" if isinstance(body, earning.Rules) else "tiers"


def _program(row: DictRow) -> Program:
    shape = earning.Rules if row["kind"] == "earning" else tiers.Tiers
    return Program(**{**row, "body": msgspec.convert(row["body"], shape)})
