"""The tamper-evident trail: each recorded act is one leaf of a Merkle tree that an outsider can verify.

    LeafKind("consent.given", "notice", "purposes")  # beside the story; its text is `leaf.consent.given`
    await trail.record(uow, "consent.given", subject=subject, notice=notice.id, purposes=codes)

A statement that learns the subject only in SQL (a lane) takes `trail.prefix(…)`, appends the number and `]`, inserts
into `trail.entry (body)` and adds one to `uow.tally.leaves` where it runs inside a unit.
"""

from yumen.security.trail.log import LeafKind, UnfitLeafError, encode, prefix, record

__all__ = ["LeafKind", "UnfitLeafError", "encode", "prefix", "record"]
