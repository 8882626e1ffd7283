"""Issue, rotate and revoke keys. A key is shown once, when it is made; afterwards only its hash exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.law import number
from yumen.security import trail
from yumen.security.access import admission, four_eyes, store
from yumen.security.access.authentication import hash_of, new_token
from yumen.security.trail import LeafKind

KEY_UNKNOWN: Final = Code("access.key_unknown", 404)
KEY_DEAD: Final = Code("access.key_dead", 409)
KEY_NOT_YOURS: Final = Code("access.key_not_yours", 403)
LIFE_UNFIT: Final = Code("access.key_life_unfit", 422)
ROLES_NOT_HELD: Final = Code("access.roles_not_held", 422)

ISSUED: Final = LeafKind("access.key_issued", "key", "actor", "roles", "days", "approval")
ROTATED: Final = LeafKind("access.key_rotated", "key", "actor", "replaces", "days")
REVOKED: Final = LeafKind("access.key_revoked", "key", "actor")

KEY_ISSUE: Final = "access.key_issue"
OVERLAP_MAX: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A fresh key. `token` exists nowhere else."""

    id: str
    token: str
    expires_at: datetime


@recorded
async def issue(
    uow: UnitOfWork, actor_id: str, roles: Sequence[str], days: int, approval_id: str | None = None
) -> IssuedKey:
    """Make a key with some of the actor's roles. For anybody but oneself a second person must have approved it.

    Raises `access.actor_unknown`, `access.actor_closed`, `access.roles_not_held`, `access.key_life_unfit`,
    `approval.missing` and those of `four_eyes.consume`.
    """
    actor = await admission.get_open(uow, actor_id)
    if not roles or not set(roles) <= set(actor.roles):
        raise ROLES_NOT_HELD(at="/roles")
    if actor_id != uow.actor.id:
        facts = issue_facts(actor_id, roles, days)
        await four_eyes.consume(uow, approval_id, KEY_ISSUE, four_eyes.facts_hash(facts))
    issued = await _make(uow, actor_id, sorted(set(roles)), days, None)
    await trail.record(
        uow, ISSUED.name, key=issued.id, actor=actor_id, roles=sorted(set(roles)), days=days, approval=approval_id
    )
    return issued


@recorded
async def issue_first(uow: UnitOfWork, actor_id: str, days: int) -> IssuedKey:
    """Make the key of somebody just bootstrapped, with all of that person's roles, from the command line.

    Raises `access.actor_unknown`, `access.key_life_unfit`, `access.bootstrap_over`.
    """
    actor = await admission.get_open(uow, actor_id)
    if await store.count_staff(uow.conn, uow.handler) > admission.BOOTSTRAP_STAFF_MAX:
        raise admission.BOOTSTRAP_OVER(staff=admission.BOOTSTRAP_STAFF_MAX)
    issued = await _make(uow, actor_id, actor.roles, days, None)
    await trail.record(uow, ISSUED.name, key=issued.id, actor=actor_id, roles=actor.roles, days=days)
    return issued


@recorded
async def rotate(uow: UnitOfWork, key_id: str, days: int, overlap: timedelta) -> IssuedKey:
    """Replace one's own key by a fresh one of the same roles; the old one stays good for `overlap` (≤ 72 h).

    Raises `access.key_unknown`, `access.key_not_yours`, `access.key_dead`, `access.key_life_unfit`.
    """
    old = await _get(uow, key_id)
    if old.actor_id != uow.actor.id:
        raise KEY_NOT_YOURS()
    if not old.alive(uow.now):
        raise KEY_DEAD()
    if not timedelta(0) <= overlap <= OVERLAP_MAX:
        raise LIFE_UNFIT(at="/overlap_hours", most=int(OVERLAP_MAX.total_seconds() // 3600))
    fresh = await _make(uow, old.actor_id, old.roles, days, old.id)
    await store.shorten_key(uow.conn, old.id, max(uow.now + overlap, old.issued_at + timedelta(microseconds=1)))
    await trail.record(uow, ROTATED.name, key=fresh.id, actor=old.actor_id, replaces=old.id, days=days)
    return fresh


@recorded
async def revoke(uow: UnitOfWork, key_id: str, *, anyones: bool) -> None:
    """Make a key useless at once; `anyones` when the caller may revoke other people's too (`key.revoke_any`).

    Revoking twice changes nothing. Raises `access.key_unknown`, `access.key_not_yours`.
    """
    key = await _get(uow, key_id)
    if key.actor_id != uow.actor.id and not anyones:
        raise KEY_NOT_YOURS()
    if key.revoked_at is not None:
        return uow.unchanged(None)
    await store.revoke_key(uow.conn, key_id, uow.now)
    await trail.record(uow, REVOKED.name, key=key_id, actor=key.actor_id)
    return None


async def listed(uow: UnitOfWork) -> list[store.KeyRecord]:
    """The keys of the handler, dead ones too, for its own account of itself; at most `admission.LISTED_MAX`."""
    return await store.list_keys(uow.conn, uow.handler, "", admission.LISTED_MAX)


def issue_facts(actor_id: str, roles: Sequence[str], days: int) -> four_eyes.Facts:
    """What the second person approves when a key is issued to somebody else."""
    return {"actor": actor_id, "roles": sorted(set(roles)), "days": days}


async def _get(uow: UnitOfWork, key_id: str) -> store.KeyRecord:
    key = await store.lock_key(uow.conn, uow.handler, key_id)
    if key is None:
        raise KEY_UNKNOWN()
    return key


async def _make(uow: UnitOfWork, actor_id: str, roles: list[str], days: int, replaces: str | None) -> IssuedKey:
    most = number("access.key_life", shanghai_day(uow.now)).days
    if not 1 <= days <= most:
        raise LIFE_UNFIT(at="/days", most=most)
    issued = IssuedKey(new_id("key"), new_token(), uow.now + timedelta(days=days))
    record = store.KeyRecord(issued.id, actor_id, roles, uow.actor.id, uow.now, issued.expires_at, None, None, replaces)
    await store.insert_key(uow.conn, uow.handler, record, hash_of(issued.token))
    return issued
