"""Ask HubSpot which persons it holds, by batch read: search would lag behind what was just written.

Source: developers.hubspot.com, CRM API, "Read a batch of contacts by internal ID, or unique property values".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.connectors.channel import ASK_DEADLINE_S
from yumen.gateway.connectors.connector import Found
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.hubspot.account import SYSTEM
from yumen.gateway.connectors.hubspot.api import json_call
from yumen.gateway.connectors.hubspot.target import BATCH_MAX, Target
from yumen.gateway.connectors.hubspot.writing import Batch, Result, remote_id

ABSENT = "OBJECT_NOT_FOUND"


async def ask(target: Target, external_ids: Sequence[str]) -> list[Found]:
    """In the order of the ids. Raises NotSent, Rejected, Unsettled."""
    version = [target.fields.version] if target.fields.version else []
    rows = await held(target, external_ids, version)
    return [_found(target, external_id, rows.get(external_id.casefold())) for external_id in external_ids]


async def held(target: Target, external_ids: Sequence[str], wanted: Sequence[str]) -> dict[str, Result]:
    """The records by external id, case folded as HubSpot compares, with the properties that are wanted.

    An answer that leaves somebody out without a word of it is not believed. Raises NotSent, Rejected, Unsettled.
    """
    key_property = target.fields.external_id
    rows: dict[str, Result] = {}
    for piece in chunks(list(dict.fromkeys(external_ids)), BATCH_MAX):
        content = {
            "idProperty": key_property,
            "properties": [key_property, *wanted],
            "inputs": [{"id": external_id} for external_id in piece],
        }
        call = replace(json_call(f"{target.path}/batch/read", content, repeatable=True), deadline_s=ASK_DEADLINE_S)
        batch = await target.api.ask(Batch, call)
        whole = len(batch.results) == len(piece)
        if (not whole and not batch.errors) or any(said.category != ABSENT for said in batch.errors):
            raise unreadable(SYSTEM)
        for row in batch.results:
            rows[((row.properties or {}).get(key_property) or "").casefold()] = row
    return rows


async def held_by_id(target: Target, rows: Sequence[tuple[str, Result]], wanted: Sequence[str]) -> list[Result]:
    """The same records by HubSpot's own ids, at most a batch; who is gone is left out.

    Raises NotSent, Rejected, Unsettled.
    """
    content = {"properties": list(wanted), "inputs": [{"id": row.id} for _, row in rows]}
    batch = await target.api.ask(Batch, json_call(f"{target.path}/batch/read", content, repeatable=True))
    if any(said.category != ABSENT for said in batch.errors):
        raise unreadable(SYSTEM)
    return batch.results


def _found(target: Target, external_id: str, row: Result | None) -> Found:
    if row is None:
        return Found(external_id, present=False)
    said = (row.properties or {}).get(target.fields.version) or ""
    whole = said.removesuffix(".0")
    version = int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 19 else None
    return Found(external_id, present=True, version=version, remote_id=remote_id(row.id))
