"""The tamper-evident trail: each recorded act is one leaf of a Merkle tree that an outsider can verify.

    LeafKind("consent.given", "notice", "purposes")  # beside the story; its text is `leaf.consent.given`
    await trail.record(uow, "consent.given", subject=subject, notice=notice.id, purposes=codes)

A statement that learns the subject only in SQL (a lane) takes `trail.prefix(…)`, appends the number and `]`, inserts
into `trail.entry (body)` and adds one to `uow.tally.leaves` where it runs inside a unit.
"""

from yumen.security.trail.bucket import BucketShelf
from yumen.security.trail.checkpoint import Log, rotate, sign
from yumen.security.trail.log import LeafKind, UnfitLeafError, encode, prefix, record
from yumen.security.trail.proofs import find_index, last_entry, prove_consistency, prove_inclusion
from yumen.security.trail.publish import FolderShelf, Shelf, export, publish
from yumen.security.trail.selfcheck import Health, check
from yumen.security.trail.sequencer import Sequencer
from yumen.security.trail.signer import KeySigner, Signer
from yumen.security.trail.status import Status, count_signers, newest_checkpoint, signer_lines, status
from yumen.security.trail.store import EntryKey
from yumen.security.trail.tiles import Tiles

__all__ = [
    "BucketShelf",
    "EntryKey",
    "FolderShelf",
    "Health",
    "KeySigner",
    "LeafKind",
    "Log",
    "Sequencer",
    "Shelf",
    "Signer",
    "Status",
    "Tiles",
    "UnfitLeafError",
    "check",
    "count_signers",
    "encode",
    "export",
    "find_index",
    "last_entry",
    "newest_checkpoint",
    "prefix",
    "prove_consistency",
    "prove_inclusion",
    "publish",
    "record",
    "rotate",
    "sign",
    "signer_lines",
    "status",
]
