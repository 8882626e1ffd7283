"""Upsert up to 200 persons in one call; each record succeeds or fails by itself.

Source: REST API Developer Guide, "Upsert Multiple Records by External ID" (sObject Collections).
"""

from __future__ import annotations

from collections.abc import Sequence

from yumen.gateway.connectors.batch import firsts, in_order
from yumen.gateway.connectors.channel import Call
from yumen.gateway.connectors.connector import Record, Settled
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce.api import with_json
from yumen.gateway.connectors.salesforce.errors import SYSTEM, Result, settled
from yumen.gateway.connectors.salesforce.target import COLLECTION_MAX, Target


async def send(target: Target, records: Sequence[Record]) -> list[Settled]:
    """One answer a record, in order. Raises NotSent, Rejected, Unsettled."""
    first = firsts(records, COLLECTION_MAX)
    if not first:
        return []
    content = {"allOrNone": False, "records": [target.body(record) for record in first]}
    path = f"/composite/sobjects/{target.org.object}/{target.fields.external_id}"
    results = await target.api.ask(list[Result], with_json(Call("PATCH", path), content))
    if len(results) != len(first):
        raise unreadable(SYSTEM)
    return in_order(records, [settled(record, result) for record, result in zip(first, results, strict=True)])
