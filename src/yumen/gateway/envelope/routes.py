"""Staff routes over the keys of recipients' own endpoints: hand in, confirm, refuse, revoke; and what was sent."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.gateway.envelope import enrolment, pens, sealing, store
from yumen.gateway.envelope.layout import Profile, Suite
from yumen.gateway.envelope.store import Past, PinnedKeys
from yumen.kit.web import PAGE_MAX, Edge, Page, allow
from yumen.kit.work import UnitOfWork

Recipient = Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=48)]
Cursor = Annotated[str, QueryParameter(pattern=r"^(rkb_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
Keys = Annotated[str, PathParameter(pattern=r"^rkb_[0-9a-hjkmnp-tv-z]{26}$")]


class BundleBody(msgspec.Struct, forbid_unknown_fields=True):
    """`bundle` is the file that the recipient's program wrote, as text."""

    profile: Literal["intl", "sm", "dual"]
    bundle: Annotated[str, Meta(min_length=2, max_length=8192)]


class FingerprintBody(msgspec.Struct, forbid_unknown_fields=True):
    """As it was told by another way; groups and capitals do not matter."""

    fingerprint: Annotated[str, Meta(min_length=64, max_length=160)]
    overlap_days: Annotated[int, Meta(ge=0, le=90)] = 14


class KeysView(msgspec.Struct):
    id: str
    recipient: str
    profile: str
    fingerprint: str
    state: str
    proposer: str
    ends_at: datetime | None


class EnvelopeView(msgspec.Struct):
    """`receipted_at` is null while the recipient has not countersigned it."""

    sequence: int
    identity: str
    sealed_at: datetime
    receipted_at: datetime | None
    proved_in: int | None


class SenderView(msgspec.Struct):
    """Our public keys for a recipient to pin, and the fingerprint to be told by another way."""

    bundle: str
    fingerprint: str


@get("/staff/v1/gateway/keys", opt=allow("recipient_keys", "read"), summary="Recipients' keys, the oldest first")
async def list_keys(
    edge: Edge,
    cursor: Cursor = "",
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
) -> Page[KeysView]:
    async with edge.unit() as uow:
        found = await store.list_keys(uow.conn, uow.handler, cursor, limit + 1)
    more = len(found) > limit
    return Page([_view(one) for one in found[:limit]], found[limit - 1].id if more else None)


@post(
    "/staff/v1/gateway/recipients/{recipient:str}/keys",
    opt=allow("recipient_keys", "propose"),
    status_code=201,
    summary="Hand in a recipient's keys",
    description="They count when another person has confirmed the fingerprint.",
)
async def propose_keys(recipient: Recipient, data: BundleBody, edge: Edge) -> dict[str, str]:
    profile, bundle = Profile.named(data.profile), data.bundle.encode()

    async def story(uow: UnitOfWork) -> dict[str, str | int | None]:
        return {"id": await enrolment.propose(uow, recipient, profile, bundle)}

    return {"id": str((await edge.once(story))["id"])}


@post(
    "/staff/v1/gateway/keys/{keys:str}/confirm",
    opt=allow("recipient_keys", "confirm"),
    status_code=204,
    summary="Confirm a recipient's keys by the fingerprint heard by another way",
)
async def confirm_keys(keys: Keys, data: FingerprintBody, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> dict[str, str | int | None]:
        await enrolment.confirm(uow, keys, data.fingerprint, data.overlap_days)
        return {"keys": keys}

    await edge.once(story)


@post(
    "/staff/v1/gateway/keys/{keys:str}/refuse",
    opt=allow("recipient_keys", "confirm"),
    status_code=204,
    summary="Refuse keys that are not the recipient's",
)
async def refuse_keys(keys: Keys, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> dict[str, str | int | None]:
        await enrolment.refuse(uow, keys)
        return {"keys": keys}

    await edge.once(story)


@post(
    "/staff/v1/gateway/keys/{keys:str}/revoke",
    opt=allow("recipient_keys", "revoke"),
    status_code=204,
    summary="Trust a recipient's keys no longer, at once",
)
async def revoke_keys(keys: Keys, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> dict[str, str | int | None]:
        await enrolment.revoke(uow, keys)
        return {"keys": keys}

    await edge.once(story)


@get("/staff/v1/gateway/sender-bundle", opt=allow("recipient_keys", "read"), summary="Our keys for a recipient to pin")
async def sender_bundle(edge: Edge) -> SenderView:
    async with edge.unit() as uow:
        bundle = await pens.bundle(uow)
    return SenderView(bundle.decode(), hashlib.sha256(bundle).hexdigest())


@post(
    "/staff/v1/gateway/pens/{suite:str}",
    opt=allow("envelope_pen", "hand_over"),
    status_code=200,
    summary="Let a new key of ours sign; each recipient learns of it in its next envelope",
)
async def hand_over_pen(suite: Annotated[Suite, PathParameter()], edge: Edge) -> dict[str, int]:
    async def story(uow: UnitOfWork) -> dict[str, str | int | None]:
        return {"number": await pens.hand_over(uow, suite)}

    return {"number": int((await edge.once(story))["number"] or 0)}


@get(
    "/staff/v1/gateway/recipients/{recipient:str}/envelopes",
    opt=allow("recipient_keys", "read"),
    summary="What was sealed for a recipient, and what it countersigned",
)
async def list_envelopes(
    recipient: Recipient,
    edge: Edge,
    cursor: Annotated[int, QueryParameter(ge=0, le=2**53)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
) -> Page[EnvelopeView]:
    async with edge.unit() as uow:
        found = await sealing.history(uow, recipient, cursor, limit + 1)
    more = len(found) > limit
    return Page([_past(one) for one in found[:limit]], str(found[limit - 1].sequence) if more else None)


def _view(one: PinnedKeys) -> KeysView:
    profile = one.profile.name.lower()
    return KeysView(one.id, one.recipient, profile, one.fingerprint.hex(), one.state, one.proposer, one.ends_at)


def _past(one: Past) -> EnvelopeView:
    return EnvelopeView(one.sequence, one.identity, one.sealed_at, one.receipted_at, one.proved_in)


ROUTES: Final = [
    list_keys,
    propose_keys,
    confirm_keys,
    refuse_keys,
    revoke_keys,
    sender_bundle,
    hand_over_pen,
    list_envelopes,
]
