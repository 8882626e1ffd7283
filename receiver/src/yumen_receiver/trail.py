"""Check what an envelope proves of the sender's trail: signed, only ever grown, holding the earlier envelopes' leaves.

RFC 6962 over SM3; the checks of RFC 9162 sections 2.1.3.2 and 2.1.4.2; C2SP signed notes with SM2.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from yumen_receiver.layout import LeafProof, TrailProof
from yumen_receiver.refusal import RefusedError
from yumen_receiver.sm import POINT_BYTES, digest, point_signed

ALGORITHM: Final = b"\xffyumen/sm2-sm3"
KEY_VERSION: Final = "y1-key"
LEAF_VERSION: Final = "y1"
LEAF_KIND: Final = "envelope.sealed"


@dataclass(frozen=True, slots=True)
class Seen:
    """How far we have seen the trail, and who signs it."""

    origin: str
    point: bytes
    number: int
    line_hash: str
    size: int = 0
    root: bytes = b""


def begin(line: bytes) -> Seen:
    """The signer that a pinned line of the list of signers names. Raises RefusedError `trail.signer`."""
    origin, number, point, _, _, _ = _read_line(line)
    return Seen(origin, point, number, digest(line).hex())


def advance(
    seen: Seen, proof: TrailProof, sealed: Callable[[int], bytes | None], recipient: str, *, torn: bool
) -> tuple[Seen, tuple[int, ...]]:
    """The trail as far as it is proved now, and which envelopes' leaves it holds.

    `sealed` gives the SM3 of an envelope we took, None for one we did not. `torn` says that envelopes are missing by
    agreement, so that the proof may begin elsewhere. Raises RefusedError `trail.…`.
    """
    seen, size, root = _signed(seen, proof)
    if proof.since == seen.size:
        if size < seen.size:
            raise RefusedError("trail.rolled_back", size=size, seen=seen.size)
        if not _continues(seen.size, size, seen.root, root, proof.consistency):
            raise RefusedError("trail.forked", size=size, seen=seen.size)
    elif not torn:
        raise RefusedError("trail.elsewhere", since=proof.since, seen=seen.size)
    proved = tuple(leaf.sequence for leaf in proof.leaves if _holds(leaf, size, root, sealed, recipient))
    return replace(seen, size=size, root=root), proved


def _holds(leaf: LeafProof, size: int, root: bytes, sealed: Callable[[int], bytes | None], recipient: str) -> bool:
    """Is the leaf in the tree, and does it tell of the envelope we took? False for one that we never took."""
    if not _includes(digest(b"\0" + leaf.body), leaf.index, size, leaf.path, root):
        raise RefusedError("trail.no_inclusion", sequence=leaf.sequence)
    known = sealed(leaf.sequence)
    if known is None:
        return False
    try:
        version, kind, _, _, _, facts, _ = json.loads(leaf.body)
        told = (version, kind, facts["recipient"], facts["sequence"], facts["envelope"])
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise RefusedError("trail.other_leaf", sequence=leaf.sequence) from wrong
    if told != (LEAF_VERSION, LEAF_KIND, recipient, leaf.sequence, known.hex()):
        raise RefusedError("trail.other_leaf", sequence=leaf.sequence)
    return True


def _signed(seen: Seen, proof: TrailProof) -> tuple[Seen, int, bytes]:
    """(who signed, size, root) of the checkpoint: by the signer we know, or from its first tree on by the next one."""
    if proof.signer is None:
        return seen, *_checkpoint(seen, proof.checkpoint)
    following, first_size = _follow(seen, proof.signer)
    try:
        return following, *_checkpoint(following, proof.checkpoint)
    except RefusedError:
        size, root = _checkpoint(seen, proof.checkpoint)
    if size > first_size:
        raise RefusedError("trail.unsigned")
    return seen, size, root


def _checkpoint(seen: Seen, note: bytes) -> tuple[int, bytes]:
    """(size, root) of a checkpoint signed by that signer."""
    text, blank, tail = note.rpartition(b"\n\n")
    text += b"\n"
    try:
        origin, size, root = text.decode().split("\n")[:3]
        signatures = [line.split(" ") for line in tail.decode().split("\n") if line]
        found = int(size), base64.b64decode(root, validate=True)
        raw = [base64.b64decode(one[2], validate=True) for one in signatures if one[:2] == ["—", origin]]
    except (ValueError, IndexError, binascii.Error) as wrong:
        raise RefusedError("trail.checkpoint") from wrong
    key_id = digest(seen.origin.encode() + b"\n" + ALGORITHM + seen.point)[:4]
    if not blank or origin != seen.origin or size != str(found[0]) or found[0] < 1 or len(found[1]) != 32:
        raise RefusedError("trail.checkpoint")
    if not any(one[:4] == key_id and point_signed(seen.point, text, one[4:]) for one in raw):
        raise RefusedError("trail.unsigned")
    return found


def _follow(seen: Seen, line: bytes) -> tuple[Seen, int]:
    """The next signer, for whom the one we know vouches, and its first tree; the same one changes nothing."""
    origin, number, point, payload, by_old, by_new = _read_line(line)
    first_size, _, before = json.loads(line)[4:7]
    if digest(line).hex() == seen.line_hash:
        return seen, int(first_size)
    if origin != seen.origin or number != seen.number + 1 or before != seen.line_hash:
        raise RefusedError("trail.signer", number=number)
    if not point_signed(seen.point, payload, by_old) or not point_signed(point, payload, by_new):
        raise RefusedError("trail.signer", number=number)
    return replace(seen, point=point, number=number, line_hash=digest(line).hex()), int(first_size)


def _read_line(line: bytes) -> tuple[str, int, bytes, bytes, bytes, bytes]:
    try:
        version, origin, number, point, _, _, _, by_old, by_new = json.loads(line)
        found = [base64.b64decode(part, validate=True) for part in (point, by_old, by_new)]
        payload = line[: line.rindex(b',"', 0, line.rindex(b',"'))] + b"]"
    except (ValueError, TypeError, RecursionError, binascii.Error) as wrong:
        raise RefusedError("trail.signer", number=-1) from wrong
    if version != KEY_VERSION or not isinstance(origin, str) or type(number) is not int or len(found[0]) != POINT_BYTES:
        raise RefusedError("trail.signer", number=-1)
    return origin, number, found[0], payload, found[1], found[2]


def _node(left: bytes, right: bytes) -> bytes:
    return digest(b"\1" + left + right)


def _includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            found = _node(step, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = _node(found, step)
        place, last = place // 2, last // 2
    return last == 0 and found == root


def _continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    if old in (0, new):
        return not proof and (old == 0 or old_root == new_root)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place % 2 == 1:
        place, last = place // 2, last // 2
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            first, second = _node(step, first), _node(step, second)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            second = _node(second, step)
        place, last = place // 2, last // 2
    return last == 0 and (first, second) == (old_root, new_root)
