"""Pin a recipient's keys: one person hands them in, another confirms the fingerprint heard by a second way.

A new bundle replaces the one before; for `overlap_days` the old one still countersigns what is under way.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from yumen.gateway.envelope import store
from yumen.gateway.envelope.bundle import fingerprint, read_bundle, spoken
from yumen.gateway.envelope.layout import Profile
from yumen.gateway.envelope.store import PinnedKeys
from yumen.gateway.envelope.suites import UnfitKey
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import ActorKind, UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

BUNDLE_UNFIT: Final = Code("envelope.bundle_unfit", 422)
KEYS_UNKNOWN: Final = Code("envelope.keys_unknown", 404)
KEYS_DECIDED: Final = Code("envelope.keys_decided", 409)
NOT_A_PERSON: Final = Code("envelope.not_a_person", 403)
SAME_PERSON: Final = Code("envelope.same_person", 403)
FINGERPRINT_DIFFERS: Final = Code("envelope.fingerprint_differs", 409)
NO_KEYS: Final = Code("envelope.no_keys", 409)

PROPOSED: Final = LeafKind("envelope.keys_proposed", "keys", "recipient", "fingerprint", "profile")
CONFIRMED: Final = LeafKind("envelope.keys_confirmed", "keys", "recipient", "fingerprint")
REFUSED: Final = LeafKind("envelope.keys_refused", "keys", "recipient")
REVOKED: Final = LeafKind("envelope.keys_revoked", "keys", "recipient")

OVERLAP_DAYS_MAX: Final = 90


@recorded
async def propose(uow: UnitOfWork, recipient: str, profile: Profile, bundle: bytes) -> str:
    """Hand in a recipient's bundle; answers its id. Raises `envelope.not_a_person`, `envelope.bundle_unfit`."""
    _require_person(uow)
    try:
        named = read_bundle(bundle, profile).recipient
    except UnfitKey as wrong:
        raise BUNDLE_UNFIT(at="/bundle", reason=str(wrong)) from wrong
    if named != recipient:
        raise BUNDLE_UNFIT(at="/bundle", reason="recipient")
    keys = new_id("rkb")
    seen = fingerprint(bundle)
    await store.insert_keys(uow.conn, keys, uow.handler, recipient, profile, bundle.rstrip(b"\n"), seen, uow)
    await trail.record(
        uow, PROPOSED.name, keys=keys, recipient=recipient, fingerprint=seen.hex(), profile=profile.name.lower()
    )
    return keys


@recorded
async def confirm(uow: UnitOfWork, keys: str, told: str, overlap_days: int) -> None:
    """Say that the recipient told this fingerprint, as another person than who handed the keys in.

    Keys confirmed before end after `overlap_days` (at most 90). Raises `envelope.not_a_person`, `envelope.same_person`,
    `envelope.keys_unknown`, `envelope.keys_decided`, `envelope.fingerprint_differs`.
    """
    _require_person(uow)
    pinned = await _open(uow, keys)
    if pinned.proposer == uow.actor.id:
        raise SAME_PERSON()
    if not hmac.compare_digest(pinned.fingerprint.hex().encode(), spoken(told).encode("utf-8", "surrogatepass")):
        raise FINGERPRINT_DIFFERS(at="/fingerprint")
    ends_at = uow.now + timedelta(days=min(max(overlap_days, 0), OVERLAP_DAYS_MAX))
    await store.end_keys(uow.conn, uow.handler, pinned.recipient, ends_at)
    await store.decide_keys(uow.conn, keys, "confirmed", uow.actor.id, uow.now)
    await trail.record(uow, CONFIRMED.name, keys=keys, recipient=pinned.recipient, fingerprint=pinned.fingerprint.hex())


@recorded
async def refuse(uow: UnitOfWork, keys: str) -> None:
    """Not the recipient's. Raises `envelope.not_a_person`, `envelope.keys_unknown`, `envelope.keys_decided`."""
    _require_person(uow)
    pinned = await _open(uow, keys)
    await store.decide_keys(uow.conn, keys, "refused", uow.actor.id, uow.now)
    await trail.record(uow, REFUSED.name, keys=keys, recipient=pinned.recipient)


@recorded
async def revoke(uow: UnitOfWork, keys: str) -> None:
    """Trust these keys no longer, at once: one person suffices to stop. Raises as `refuse`."""
    _require_person(uow)
    pinned = await _find(uow, keys)
    if pinned.state != "confirmed":
        raise KEYS_DECIDED(state=pinned.state)
    await store.decide_keys(uow.conn, keys, "revoked", uow.actor.id, uow.now)
    await trail.record(uow, REVOKED.name, keys=keys, recipient=pinned.recipient)


async def current(uow: UnitOfWork, recipient: str) -> PinnedKeys:
    """The keys to seal to: the newest confirmed ones. Raises `envelope.no_keys`."""
    live = await list_live(uow, recipient)
    if not live or live[0].ends_at is not None:
        raise NO_KEYS(recipient=recipient)
    return live[0]


async def list_live(uow: UnitOfWork, recipient: str) -> Sequence[PinnedKeys]:
    """The keys whose countersignature counts today, the newest first."""
    return await store.list_live(uow.conn, uow.handler, recipient, uow.now)


def _require_person(uow: UnitOfWork) -> None:
    if uow.actor.kind is not ActorKind.STAFF:
        raise NOT_A_PERSON()


async def _find(uow: UnitOfWork, keys: str) -> PinnedKeys:
    pinned = await store.lock_keys(uow.conn, uow.handler, keys)
    if pinned is None:
        raise KEYS_UNKNOWN()
    return pinned


async def _open(uow: UnitOfWork, keys: str) -> PinnedKeys:
    pinned = await _find(uow, keys)
    if pinned.state != "proposed":
        raise KEYS_DECIDED(state=pinned.state)
    return pinned
