"""Four eyes: what one person proposes another must approve, before it expires, and it is used exactly once.

A proposal names an act (`keys.destroy_epoch`) and its facts: codes, ids and numbers, never a personal value. The
story that does the act calls `consume` with the hash of the facts it is about to act on, so an approval for one
thing never serves another. `policies.toml` says which roles may approve which act.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from yumen.kit.clock import shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import ActorKind, UnitOfWork, recorded
from yumen.law import number
from yumen.security import trail
from yumen.security.access import approval_store as store
from yumen.security.access.approval_store import ApprovalRecord, FactValue
from yumen.security.access.policies import policies
from yumen.security.trail import LeafKind

ACT_UNKNOWN: Final = Code("approval.act_unknown", 422)
FACTS_UNFIT: Final = Code("approval.facts_unfit", 422)
UNKNOWN: Final = Code("approval.unknown", 404)
MISSING: Final = Code("approval.missing", 409)
SAME_PERSON: Final = Code("approval.same_person", 403)
ROLE_MISSING: Final = Code("approval.role_missing", 403)
NOT_OPEN: Final = Code("approval.not_open", 409)
NOT_APPROVED: Final = Code("approval.not_approved", 409)
EXPIRED: Final = Code("approval.expired", 409)
OTHER_FACTS: Final = Code("approval.other_facts", 409)

PROPOSED: Final = LeafKind("approval.proposed", "approval", "act", "facts_hash")
APPROVED: Final = LeafKind("approval.approved", "approval", "act")
REJECTED: Final = LeafKind("approval.rejected", "approval", "act")
LAPSED: Final = LeafKind("approval.expired", "approval", "act")
CONSUMED: Final = LeafKind("approval.consumed", "approval", "act", "facts_hash")

Facts = Mapping[str, FactValue]

FACTS_MAX: Final = 12
LIST_MAX: Final = 16
EXPIRE_BATCH: Final = 100
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


def facts_hash(facts: Facts) -> bytes:
    """SM3 over the facts as JSON with sorted names, 32 bytes."""
    return sm3(msgspec.json.encode(facts, order="sorted"))


@recorded
async def propose(uow: UnitOfWork, act: str, facts: Facts) -> str:
    """Ask for an approval; answers its id. Raises `approval.act_unknown`, `approval.facts_unfit`."""
    if act not in policies().approvers:
        raise ACT_UNKNOWN(at="/act")
    _check(facts)
    life = timedelta(days=number("access.approval_life", shanghai_day(uow.now)).days)
    approval = ApprovalRecord(
        new_id("apr"), act, facts, facts_hash(facts), "proposed", uow.actor.id, uow.now, uow.now + life
    )
    await store.insert(uow.conn, uow.handler, approval)
    await trail.record(uow, PROPOSED.name, approval=approval.id, act=act, facts_hash=approval.facts_hash.hex())
    return approval.id


@recorded
async def approve(uow: UnitOfWork, approval_id: str, roles: Iterable[str]) -> None:
    """Say yes, as a named person other than the proposer with a role that may.

    Raises `approval.unknown`, `approval.same_person`, `approval.role_missing`, `approval.not_open`,
    `approval.expired`.
    """
    approval = await _get(uow, approval_id)
    if approval.proposer == uow.actor.id:
        raise SAME_PERSON()
    _check_decider(uow, approval, roles)
    _check_open(uow, approval)
    await store.decide(uow.conn, approval_id, "approved", uow.actor.id, uow.now)
    await trail.record(uow, APPROVED.name, approval=approval_id, act=approval.act)


@recorded
async def reject(uow: UnitOfWork, approval_id: str, roles: Iterable[str]) -> None:
    """Say no; the proposer may take a proposal back so. Raises as `approve`, but not `approval.same_person`."""
    approval = await _get(uow, approval_id)
    if approval.proposer != uow.actor.id:
        _check_decider(uow, approval, roles)
    _check_open(uow, approval)
    await store.decide(uow.conn, approval_id, "rejected", uow.actor.id, uow.now)
    await trail.record(uow, REJECTED.name, approval=approval_id, act=approval.act)


@recorded
async def consume(uow: UnitOfWork, approval_id: str | None, act: str, facts_hash: bytes) -> None:
    """Use an approval up, inside the unit of the act that needs it: if that rolls back, so does the use.

    Raises `approval.missing` (no id given), `approval.unknown`, `approval.not_approved` (also: used before),
    `approval.expired`, `approval.other_facts`.
    """
    if approval_id is None:
        raise MISSING(act=act)
    approval = await _get(uow, approval_id)
    if approval.act != act or not hmac.compare_digest(approval.facts_hash, facts_hash):
        raise OTHER_FACTS()
    if approval.state != "approved":
        raise NOT_APPROVED(state=approval.state)
    if uow.now >= approval.expires_at:
        raise EXPIRED()
    await store.consume(uow.conn, approval_id, uow.actor.id, uow.now)
    await trail.record(uow, CONSUMED.name, approval=approval_id, act=act, facts_hash=facts_hash.hex())


@recorded
async def expire(uow: UnitOfWork, approval_id: str) -> None:
    """Close one approval whose time has passed. What is closed, or not due, stays as it is."""
    approval = await _get(uow, approval_id)
    if approval.state not in ("proposed", "approved") or uow.now < approval.expires_at:
        return uow.unchanged(None)
    await store.expire(uow.conn, approval_id)
    await trail.record(uow, LAPSED.name, approval=approval_id, act=approval.act)
    return None


async def expire_due(uow: UnitOfWork) -> int:
    """Close what has lapsed in this handler, at most `EXPIRE_BATCH`; answers how many."""
    due = await store.list_due(uow.conn, uow.handler, uow.now, EXPIRE_BATCH)
    for approval_id in due:
        await expire(uow, approval_id)
    return len(due)


async def _get(uow: UnitOfWork, approval_id: str) -> ApprovalRecord:
    approval = await store.lock(uow.conn, uow.handler, approval_id)
    if approval is None:
        raise UNKNOWN()
    return approval


def _check_decider(uow: UnitOfWork, approval: ApprovalRecord, roles: Iterable[str]) -> None:
    if uow.actor.kind is not ActorKind.STAFF or not policies().may_approve(roles, approval.act):
        raise ROLE_MISSING(act=approval.act)


def _check_open(uow: UnitOfWork, approval: ApprovalRecord) -> None:
    if approval.state != "proposed":
        raise NOT_OPEN(state=approval.state)
    if uow.now >= approval.expires_at:
        raise EXPIRED()


def _check(facts: Facts) -> None:
    """Codes, ids and numbers, few and short: a reviewer reads them, and nothing personal fits in."""
    if len(facts) > FACTS_MAX:
        raise FACTS_UNFIT(at="/facts")
    for name, value in facts.items():
        values = value if isinstance(value, list) else [value]
        fits = len(values) <= LIST_MAX and all(isinstance(v, int) or _WORD.fullmatch(v) for v in values)
        if not _NAME.fullmatch(name) or not fits:
            raise FACTS_UNFIT(at="/facts")
