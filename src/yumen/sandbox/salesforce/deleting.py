"""Delete one record: into the recycle bin, or for good."""

from __future__ import annotations

from yumen.sandbox.salesforce.calls import Call
from yumen.sandbox.salesforce.filing import bin_row, erase_row, find_kind, first_key, rows_of_ids
from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.refusals import WORDS, Fault


def bin_one(call: Call, text: str, *, judge_only: bool = False, hard: bool = False) -> Fault | None:
    """Delete the record of an id; answers the fault that stops it. With `judge_only` nothing is changed."""
    ident = read_id(text)
    if ident is None:
        return Fault("MALFORMED_ID", f"malformed id {text[:40]}")
    world = call.world
    kind = find_kind(world, ident)
    row = rows_of_ids(world, kind, [ident]).get(ident) if kind else None
    if kind is None or row is None:
        return Fault("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.gone and not hard:
        return Fault("ENTITY_IS_DELETED", "entity is deleted")
    if world.settings.org.refuse_deletes:
        return Fault("DELETE_FAILED", WORDS["DELETE_FAILED"])
    if judge_only:
        if code := call.course.refuse_record():
            return Fault(code, WORDS.get(code, code))
        if {row.id, first_key(kind, row.fields)}.intersection(world.settings.locked):
            return Fault("UNABLE_TO_LOCK_ROW", f"{WORDS['UNABLE_TO_LOCK_ROW']} or 1 records: {row.id}")
        return None
    (erase_row if hard else bin_row)(world, kind, row, call.now)
    return None
