"""Upsert up to 100 persons in one call, by a property of theirs that is unique.

Source: developers.hubspot.com, CRM API, "Create or update a batch of contacts by unique property values".
"""

from __future__ import annotations

from collections.abc import Sequence

from yumen.gateway.connectors.batch import firsts, in_order
from yumen.gateway.connectors.connector import Record, Settled
from yumen.gateway.connectors.hubspot.target import BATCH_MAX, Target, properties
from yumen.gateway.connectors.hubspot.writing import Input, write


async def send(target: Target, records: Sequence[Record]) -> list[Settled]:
    """One answer a record, in order. Raises NotSent, Rejected, Unsettled."""
    first = firsts(records, BATCH_MAX)
    if not first:
        return []
    key_property = target.fields.external_id
    answers = await write(target, "upsert", key_property, [(record, _input(target, record)) for record in first])
    return in_order(records, answers)


def _input(target: Target, record: Record) -> Input:
    return {
        "id": record.external_id,
        "idProperty": target.fields.external_id,
        "properties": properties(target.fields.of_recipient(record)),
    }
