"""The life of an export contract: proposed, in force once another person approved just this text, ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.errors import UniqueViolation

from yumen.border import contract_store as store
from yumen.border.checking import resolve
from yumen.border.contract import Draft, from_canonical
from yumen.border.reading import read
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("contract.not_found", 404)
TAKEN: Final = Code("contract.version_taken", 409)
OUT_OF_ORDER: Final = Code("contract.version_old", 409)
NOT_PROPOSED: Final = Code("contract.not_proposed", 409)

PROPOSED: Final = LeafKind("contract.proposed", "contract", "version", "contract_hash", "approval")
APPROVED: Final = LeafKind("contract.approved", "contract", "version", "contract_hash", "approval")
ENDED: Final = LeafKind("contract.ended", "contract", "version", "contract_hash")

ACT: Final = "border.contract"


def facts(draft: Draft) -> four_eyes.Facts:
    """What the second person approves: this text and no other."""
    return {"contract": draft.id, "version": draft.version, "contract_hash": draft.hash().hex()}


@recorded
async def propose(uow: UnitOfWork, source: bytes, data_map: DataMap) -> str:
    """Put a contract before a second person; answers the approval's id.

    Raises BadContractError with every fault, `contract.version_taken`, `contract.version_old`.
    """
    draft = read(source)
    resolve(draft, data_map, shanghai_day(uow.now))
    last = await store.find_last(uow.conn, uow.handler, draft.id)
    if last is not None and last.version >= draft.version:
        raise (TAKEN if last.version == draft.version else OUT_OF_ORDER)(version=last.version)
    body, hash_ = draft.canonical(), draft.hash()
    try:
        await store.insert(uow.conn, uow.handler, draft.id, draft.version, hash_, body, uow.actor.id, uow.now)
    except UniqueViolation as taken:
        raise TAKEN(version=draft.version) from taken
    approval = await four_eyes.propose(uow, ACT, facts(draft))
    await trail.record(
        uow,
        PROPOSED.name,
        contract=draft.id,
        version=draft.version,
        contract_hash=hash_.hex(),
        approval=approval,
    )
    return approval


async def enforce(uow: UnitOfWork, name: str, version: int, approval: str | None, data_map: DataMap) -> None:
    """Put a proposed version into force, as another person approved it; the version before it ends.

    It is held against the data map once more, which may have changed. Raises BadContractError, `contract.not_found`,
    `contract.not_proposed`, `approval.…`.
    """
    proposed = await store.lock(uow.conn, uow.handler, name, version)
    if proposed is None:
        raise UNKNOWN()
    if proposed.state != "proposed":
        raise NOT_PROPOSED(state=proposed.state)
    before = await store.find_in_force(uow.conn, uow.handler, name)
    if before is not None:
        if before.version > version:
            raise OUT_OF_ORDER(version=before.version)
        await _end(uow, before)
    await _enforce(uow, proposed, approval, data_map)


@recorded
async def _enforce(uow: UnitOfWork, proposed: store.ContractRecord, approval: str | None, data_map: DataMap) -> None:
    draft = from_canonical(proposed.body)
    resolve(draft, data_map, shanghai_day(uow.now))
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(facts(draft)))
    await store.enforce(uow.conn, proposed.id, approval or "", uow.now)
    await store.change_rules(uow.conn, uow.handler)
    await trail.record(
        uow,
        APPROVED.name,
        contract=proposed.name,
        version=proposed.version,
        contract_hash=proposed.contract_hash.hex(),
        approval=approval,
    )


async def end(uow: UnitOfWork, name: str) -> None:
    """Stop a contract at once: nothing is booked under it any more. Raises `contract.not_found`."""
    in_force = await store.find_in_force(uow.conn, uow.handler, name)
    if in_force is None:
        raise UNKNOWN()
    await _end(uow, in_force)


async def versions(uow: UnitOfWork) -> Sequence[store.Version]:
    """Every version of every contract, the newest of each first."""
    return await store.list_versions(uow.conn, uow.handler)


async def compare(uow: UnitOfWork, name: str, version: int) -> tuple[Draft, Draft | None]:
    """That version, and the one in force before it (None: it is the first). Raises `contract.not_found`."""
    body = await store.find_version(uow.conn, uow.handler, name, version)
    if body is None:
        raise UNKNOWN()
    before = await store.find_before(uow.conn, uow.handler, name, version)
    return from_canonical(body), None if before is None else from_canonical(before)


async def perhaps_split(uow: UnitOfWork) -> Sequence[str]:
    """Contracts in force that another handler of this house has too: same recipient, same purpose.

    One export must not be split so that each part stays below a threshold (Order 13 art. 4, Order 20 art. 5); whether
    this is one, people judge.
    """
    return await store.list_like_others(uow.conn, uow.handler)


@recorded
async def _end(uow: UnitOfWork, contract: store.ContractRecord) -> None:
    await store.end(uow.conn, contract.id, uow.now)
    await store.change_rules(uow.conn, uow.handler)
    hash_ = contract.contract_hash.hex()
    await trail.record(uow, ENDED.name, contract=contract.name, version=contract.version, contract_hash=hash_)
