"""Mechanisms on file: registered with a second pair of eyes, revoked at once, and read with the contracts in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec
from msgspec import Struct

from yumen.border import contract_store as store
from yumen.border.checking import faults
from yumen.border.contract import ExportContract, from_canonical
from yumen.border.filing_checking import filing_faults, filing_of
from yumen.border.reading import BadContractError, placed, read_as
from yumen.border.standing import Filing, FilingDraft, Mechanisms
from yumen.kit.clock import shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("filing.not_found", 404)

REGISTERED: Final = LeafKind("filing.registered", "filing", "route", "filing_hash", "approval")
REVOKED: Final = LeafKind("filing.revoked", "filing")

ACT: Final = "border.filing"


class Rules(Struct, frozen=True):
    """What is in force for a handler at one moment; `version` goes into every booking judged by it."""

    version: int
    contracts: Mapping[int, ExportContract]
    mechanisms: Mechanisms


def facts(draft: FilingDraft) -> four_eyes.Facts:
    """What the second person approves: this record and no other."""
    return {"route": draft.route.value, "filing_hash": _hash(draft)}


def read_filing(source: bytes, data_map: DataMap, on: date) -> FilingDraft:
    """The record in that TOML file. Raises BadContractError with every fault."""
    draft = read_as(source, FilingDraft)
    if found := filing_faults(draft, data_map, on):
        raise BadContractError(placed(found, source.decode()))
    return draft


async def propose(uow: UnitOfWork, source: bytes, data_map: DataMap) -> str:
    """Put a mechanism before a second person; answers the approval's id. Raises BadContractError."""
    draft = read_filing(source, data_map, shanghai_day(uow.now))
    return await four_eyes.propose(uow, ACT, facts(draft))


@recorded
async def register(uow: UnitOfWork, draft: FilingDraft, approval: str | None) -> str:
    """Put a mechanism on file, as another person approved just this record; answers its id. Raises `approval.…`."""
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(facts(draft)))
    filing = new_id("fil")
    await store.insert_filing(uow.conn, uow.handler, filing, draft.canonical(), uow.now)
    await store.change_rules(uow.conn, uow.handler)
    await trail.record(
        uow,
        REGISTERED.name,
        filing=filing,
        route=draft.route.value,
        filing_hash=_hash(draft),
        approval=approval,
    )
    return filing


@recorded
async def revoke(uow: UnitOfWork, filing: str) -> None:
    """Say that a mechanism ends today; one person suffices. Raises `filing.not_found`."""
    if not await store.revoke_filing(uow.conn, uow.handler, filing, shanghai_day(uow.now), uow.now):
        raise UNKNOWN()
    await store.change_rules(uow.conn, uow.handler)
    await trail.record(uow, REVOKED.name, filing=filing)


async def rules(uow: UnitOfWork, data_map: DataMap, handler_is: Mechanisms) -> Rules:
    """What is in force now. `handler_is`: the other facts.

    Left out is a contract that no longer fits the data map, and one whose stored text is not the one approved.
    """
    version = await store.find_rules(uow.conn, uow.handler)
    known = {field.address: field for field in data_map.fields()}
    contracts = {}
    for record in await store.list_in_force(uow.conn, uow.handler):
        if sm3(record.body) != record.contract_hash:
            continue
        draft = from_canonical(record.body)
        if all(line.field in known for line in draft.lines):
            contracts[record.id] = ExportContract(draft, tuple(known[line.field] for line in draft.lines))
    mechanisms = msgspec.structs.replace(handler_is, filings=tuple(await on_file(uow)))
    return Rules(version, contracts, mechanisms)


async def unsound(uow: UnitOfWork, data_map: DataMap, on: date) -> Mapping[str, int]:
    """The contracts in force that the data map or the law no longer carries, with how many faults each has."""
    drafts = [from_canonical(record.body) for record in await store.list_in_force(uow.conn, uow.handler)]
    counts = {draft.id: len(faults(draft, data_map, on)) for draft in drafts}
    return {name: count for name, count in counts.items() if count}


async def on_file(uow: UnitOfWork) -> list[Filing]:
    """Every mechanism that was ever registered, revoked ones too."""
    return [_filing(record) for record in await store.list_filings(uow.conn, uow.handler)]


def _filing(record: store.FilingRecord) -> Filing:
    return filing_of(msgspec.json.decode(record.body, type=FilingDraft), record.id, record.revoked_on)


def _hash(draft: FilingDraft) -> str:
    return sm3(draft.canonical()).hex()
