"""What an envelope proves of the ones before: their leaves are in the signed trail, and the trail only ever grew.

An envelope cannot hold the proof of its own leaf, which names its hash; so it carries those of earlier ones, oldest
first, as soon as a checkpoint holds them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from yumen.gateway.envelope import store
from yumen.gateway.envelope.layout import PROOFS_MAX, LeafProof, TrailProof
from yumen.kit.work import UnitOfWork
from yumen.security import trail
from yumen.security.trail import Tiles


class Gathered(Struct, frozen=True):
    """The proof to send, which envelopes it proves, and how large the trail is that it shows."""

    proof: TrailProof | None
    proved: Sequence[int]
    trail_size: int


async def gather(uow: UnitOfWork, recipient: str, since: int) -> Gathered:
    """The newest that can be proved to this recipient, who has seen the trail at `since` leaves."""
    checkpoint = await trail.newest_checkpoint(uow.conn)
    size = 0 if checkpoint is None else int(checkpoint.split(b"\n", 2)[1])
    if checkpoint is None or size < max(since, 1):
        return Gathered(None, (), since)
    tiles = uow.use(Tiles)
    leaves = await _leaves(uow, recipient, tiles, size)
    if not leaves and size == since:
        return Gathered(None, (), since)
    consistency = await trail.prove_consistency(uow.conn, tiles, since, size)
    lines = await trail.signer_lines(uow.conn)
    proof = TrailProof(checkpoint, since, consistency, leaves, lines[-1] if len(lines) > 1 else None)
    return Gathered(proof, [leaf.sequence for leaf in leaves], size)


async def _leaves(uow: UnitOfWork, recipient: str, tiles: Tiles, size: int) -> list[LeafProof]:
    found = []
    for sequence, entry in await store.list_unproved(uow.conn, uow.handler, recipient, PROOFS_MAX):
        index = await trail.find_index(uow.conn, entry)
        if index is None or index >= size:
            break
        inclusion = await trail.prove_inclusion(uow.conn, tiles, index, size)
        found.append(LeafProof(sequence, index, inclusion.body, inclusion.path))
    return found
