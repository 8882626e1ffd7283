"""Take persons back out of HubSpot: erase for good, empty the properties, or mark as to be left alone.

GDPR delete takes one contact a call; HubSpot may need 30 days inside. Other objects can only be archived, which HubSpot
can undo for 90 days. Source: developers.hubspot.com, CRM API, "GDPR delete" and "Archive a batch".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.connectors.connector import ABSENT, Outcome, RecallWay, Record, Settled, Value
from yumen.gateway.connectors.emptied import VALUE_STAYED, still_there
from yumen.gateway.connectors.hubspot import consent
from yumen.gateway.connectors.hubspot.account import SYSTEM
from yumen.gateway.connectors.hubspot.api import json_call
from yumen.gateway.connectors.hubspot.lookup import held, held_by_id
from yumen.gateway.connectors.hubspot.target import BATCH_MAX, Target, properties
from yumen.gateway.connectors.hubspot.writing import Result, remote_id, write
from yumen.kit.errors import NotSent, Rejected, Unsettled

AT_ONCE: Final = 4
NOT_FOUND: Final = 404
"""Gone since we looked."""
UNKNOWN: Final = "UNKNOWN_OUTCOME"
"""A delete of which nobody knows: it is repeated, since deleting twice is deleting."""

Rows = Sequence[tuple[str, Result]]


async def recall(target: Target, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
    """In the order of the ids; who is not there is done. Raises NotSent, Rejected, Unsettled."""
    wants_email = way is RecallWay.SUPPRESS and target.account.unsubscribe
    found = await held(target, external_ids, ["email"] if wants_email else [])
    rows = [(key, found[key]) for key in dict.fromkeys(map(str.casefold, external_ids)) if key in found]
    told: dict[str, Settled] = {}
    for piece in chunks(rows, BATCH_MAX):
        told.update({one.external_id: one for one in await _carry_out(target, piece, way)})
    return [_named(external_id, told.get(external_id.casefold())) for external_id in external_ids]


async def _carry_out(target: Target, rows: Rows, way: RecallWay) -> list[Settled]:
    if way is RecallWay.DELETE:
        return await (_erase(target, rows) if target.can_erase else _archive(target, rows))
    if way is RecallWay.ANONYMISE:
        return await _anonymise(target, rows)
    if not target.account.suppress:
        raise Rejected("connector.way_unsupported", way, system=SYSTEM)
    if target.account.unsubscribe:
        await consent.unsubscribe(target.api, [row for _, row in rows])
    return await _update(target, rows, target.account.suppress)


async def _update(target: Target, rows: Rows, values: Mapping[str, Value]) -> list[Settled]:
    content = properties(values)
    sent = [(_record(key, row), {"id": row.id, "properties": content}) for key, row in rows]
    return await write(target, "update", target.fields.external_id, sent)


async def _anonymise(target: Target, rows: Rows) -> list[Settled]:
    """Empty what was sent, and read all of it back by HubSpot's own ids: a workflow may have put something back."""
    cleared = target.cleared()
    said = await _update(target, rows, cleared)
    kept = {row.id: still_there(cleared, row.properties or {}) for row in await held_by_id(target, rows, list(cleared))}
    return [
        Settled(one.external_id, Outcome.REJECTED, VALUE_STAYED, kept[row.id], one.remote_id)
        if one.outcome is Outcome.DONE and kept.get(row.id)
        else one
        for one, (_, row) in zip(said, rows, strict=True)
    ]


async def _archive(target: Target, rows: Rows) -> list[Settled]:
    inputs = [{"id": row.id} for _, row in rows]
    await target.api.call(json_call(f"{target.path}/batch/archive", {"inputs": inputs}))
    return [Settled(key, Outcome.DONE, remote_id=remote_id(row.id)) for key, row in rows]


async def _erase(target: Target, rows: Rows) -> list[Settled]:
    """One call each, a few at once; each has its own answer, whatever becomes of the others."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(key: str, row: Result) -> Settled:
        async with places:
            return await _erased(target, key, row)

    return list(await asyncio.gather(*(one(key, row) for key, row in rows)))


async def _erased(target: Target, key: str, row: Result) -> Settled:
    place = remote_id(row.id)
    try:
        await target.api.call(json_call(f"{target.path}/gdpr-delete", {"objectId": row.id}))
    except Rejected as failure:
        if failure.facts.get("status") == NOT_FOUND:
            return Settled(key, Outcome.DONE, remote_id=place)
        return Settled(key, Outcome.REJECTED, failure.upstream or failure.code, remote_id=place)
    except NotSent as failure:
        return Settled(key, Outcome.RETRY, failure.upstream or failure.code, remote_id=place)
    except Unsettled:
        return Settled(key, Outcome.RETRY, UNKNOWN, remote_id=place)
    return Settled(key, Outcome.DONE, remote_id=place)


def _record(key: str, row: Result) -> Record:
    """What a recall writes about: no values of the person's."""
    return Record(key=f"recall-{row.id}", external_id=key, version=0, values={})


def _named(external_id: str, told: Settled | None) -> Settled:
    if told is None:
        return Settled(external_id, Outcome.DONE, ABSENT)
    return Settled(external_id, told.outcome, told.code, told.place, told.remote_id)
