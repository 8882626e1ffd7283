"""Seal the next envelope for a recipient: its place in the chain, its proof, its leaf; kept until it is receipted.

    sealed = await sealing.seal(uow, "hq-crm", content, "application/json")   # then commit, then post `sealed.data`

Envelopes of one recipient are opened in their order, so one is posted after the other; what was sealed is posted again
as it is until its receipt is here, never sealed anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from yumen.gateway.envelope import enrolment, pens, store
from yumen.gateway.envelope.bundle import Bundle, Use, read_bundle
from yumen.gateway.envelope.layout import CONTENT_BYTES_MAX, BadLayout, Header, NewKey, Profile, Suite
from yumen.gateway.envelope.pack import Packed, pack
from yumen.gateway.envelope.pens import Pens
from yumen.gateway.envelope.proofs import Gathered, gather
from yumen.gateway.envelope.store import Chain, Past
from yumen.gateway.envelope.suites import Pen, key_id
from yumen.kit.clock import real_now
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

BACKLOG: Final = Code("envelope.backlog", 409)
"""Too many envelopes wait for their receipt: the recipient is not there, or does not answer."""
CONTENT_UNFIT: Final = Code("envelope.content_unfit", 422)

SEALED: Final = LeafKind("envelope.sealed", "recipient", "sequence", "envelope", "profile")

IN_FLIGHT_MAX: Final = 16
SMALL_BYTES: Final = 512
"""Below this, compressing saves nothing."""


class Sealed(Struct, frozen=True):
    """An envelope ready to be posted."""

    sequence: int
    identity: str
    data: bytes


async def seal(uow: UnitOfWork, recipient: str, content: bytes, content_type: str) -> Sealed:
    """Seal 1 byte to 8 MiB for the recipient's newest confirmed keys. Raises as `seal_after`."""
    return (await seal_after(uow, recipient, content, content_type))[0]


@recorded
async def seal_after(uow: UnitOfWork, recipient: str, content: bytes, content_type: str) -> tuple[Sealed, Chain]:
    """The same, and the chain as it was before, to which it returns if the envelope never leaves.

    Raises `envelope.no_keys`, `envelope.backlog`, `envelope.content_unfit`.
    """
    if not 1 <= len(content) <= CONTENT_BYTES_MAX:
        raise CONTENT_UNFIT(bytes_max=CONTENT_BYTES_MAX)
    pinned = await enrolment.current(uow, recipient)
    chain = await store.lock_chain(uow.conn, uow.handler, recipient)
    if await store.count_in_flight(uow.conn, uow.handler, recipient) >= IN_FLIGHT_MAX:
        raise BACKLOG(recipient=recipient, waiting_max=IN_FLIGHT_MAX)
    numbers = await pens.in_office(uow)
    gathered = await gather(uow, recipient, chain.trail_size)
    signing = {suite: chain.pens.get(suite, numbers[suite]) for suite in pinned.profile.suites}
    keep = read_bundle(pinned.bundle, pinned.profile)
    by = {suite: await uow.use(Pens).pen(suite, number) for suite, number in signing.items()}
    header = _header(uow, chain, pinned.profile, keep, by, gathered, content, content_type)
    header.introduces.extend(await _introductions(uow, signing, numbers))
    packed = await _packed(pinned.profile, header, content, keep, by)
    await trail.record(
        uow,
        SEALED.name,
        recipient=recipient,
        sequence=header.sequence,
        envelope=packed.sm3.hex(),
        profile=pinned.profile.name.lower(),
    )
    after = {**chain.pens, **{suite: numbers[suite] for suite in signing}}
    moved = Chain(header.sequence, packed.identity, after, gathered.trail_size)
    await _keep(uow, recipient, moved, packed, gathered)
    return Sealed(header.sequence, packed.identity, packed.data), chain


async def in_flight(uow: UnitOfWork, recipient: str, limit: int = IN_FLIGHT_MAX) -> Sequence[Sealed]:
    """What is sealed and not receipted, in the order in which it is to be posted (again)."""
    rows = await store.list_in_flight(uow.conn, uow.handler, recipient, limit)
    return [Sealed(row["sequence"], row["identity"], row["in_flight"]) for row in rows]


async def history(uow: UnitOfWork, recipient: str, after: int = 0, limit: int = 100) -> Sequence[Past]:
    """Every envelope of the chain and its countersigned receipt, one page: our side of the common history."""
    return await store.list_history(uow.conn, uow.handler, recipient, after, limit)


def _header(
    uow: UnitOfWork,
    chain: Chain,
    profile: Profile,
    keys: Bundle,
    by: Mapping[Suite, Pen],
    gathered: Gathered,
    content: bytes,
    content_type: str,
) -> Header:
    return Header(
        content_type=content_type,
        gzip=len(content) >= SMALL_BYTES,
        introduces=[],
        previous=chain.identity,
        recipient=keys.recipient,
        recipient_keys=keys.ids(profile, Use.SEAL),
        sealed_at=real_now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        sender=uow.use(Pens).sender(uow.handler),
        sender_keys=[key_id(suite, by[suite].key) for suite in profile.suites],
        sequence=chain.sequence + 1,
        trail=gathered.proof,
    )


async def _introductions(uow: UnitOfWork, signing: Mapping[Suite, int], numbers: Mapping[Suite, int]) -> list[NewKey]:
    """Pens that take over after this envelope."""
    ours = uow.use(Pens)
    return [
        pens.introduce(ours.sender(uow.handler), suite, await ours.pen(suite, numbers[suite]))
        for suite, number in signing.items()
        if numbers[suite] != number
    ]


async def _packed(profile: Profile, header: Header, content: bytes, keys: Bundle, by: Mapping[Suite, Pen]) -> Packed:
    seal_to = {suite: keys.key(suite, Use.SEAL) for suite in profile.suites}
    try:
        return await asyncio.to_thread(pack, profile, header, content, seal_to, by)
    except BadLayout as wrong:
        raise CONTENT_UNFIT(bytes_max=CONTENT_BYTES_MAX) from wrong


async def _keep(uow: UnitOfWork, recipient: str, chain: Chain, packed: Packed, gathered: Gathered) -> None:
    leaf = await trail.last_entry(uow)
    await store.move_chain(uow.conn, uow.handler, recipient, chain)
    await store.insert_envelope(
        uow.conn, uow.handler, recipient, chain.sequence, packed.identity, packed.data, uow.now, leaf
    )
    if gathered.proved:
        await store.set_proved(uow.conn, uow.handler, recipient, gathered.proved, chain.sequence)
