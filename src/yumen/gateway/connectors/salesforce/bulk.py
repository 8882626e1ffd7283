"""Masses through Bulk API 2.0: upserts of thousands in a job, and deletes that leave no row in the recycle bin.

Result files say each record in any order; each is found again by its external id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from yumen.gateway.connectors.batch import chunks, firsts, in_order
from yumen.gateway.connectors.connector import Outcome, Record, Settled, Value
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce import csv_text
from yumen.gateway.connectors.salesforce.errors import SYSTEM, Result, Said, refused_as, remote_id
from yumen.gateway.connectors.salesforce.ingest import Order, Results, run
from yumen.gateway.connectors.salesforce.target import Target

JOB_RECORDS_MAX: Final = 10_000
"""One internal batch of Salesforce's: more in a job gains nothing and costs memory."""
UNPROCESSED: Final = "UNPROCESSED"
ID_CHARS: Final = 15
"""The part of a record id that counts; three more are a check for those who ignore case."""


async def send_bulk(target: Target, records: Sequence[Record]) -> list[Settled]:
    """One answer a record, in order, job after job. Raises NotSent, Rejected, Unsettled."""
    first = firsts(records, len(records))
    answers = [answer for piece in chunks(first, JOB_RECORDS_MAX) for answer in await _upserted(target, piece)]
    return in_order(records, answers)


async def hard_delete(target: Target, row_ids: Sequence[str]) -> list[Result]:
    """In the order of the ids. Raises NotSent, Rejected, Unsettled."""
    content = csv_text.written([{"Id": row_id} for row_id in row_ids])
    results = await run(target, Order(_name(target, "hardDelete", row_ids), "hardDelete", content))
    done = {row["sf__Id"][:ID_CHARS] for row in results.successful if row.get("sf__Id")}
    refused = {key[:ID_CHARS]: row for key, row in csv_text.columns(results.failed, "Id")}
    return [_deleted(row_id, row_id[:ID_CHARS] in done, refused.get(row_id[:ID_CHARS])) for row_id in row_ids]


async def _upserted(target: Target, records: Sequence[Record]) -> list[Settled]:
    key_field = target.fields.external_id
    rows: list[dict[str, Value]] = [
        {key_field: record.external_id, **target.fields.of_recipient(record)} for record in records
    ]
    batch = _name(target, "upsert", (f"{record.key} {record.version}" for record in records))
    results = await run(target, Order(batch, "upsert", csv_text.written(rows), key_field))
    told = _told(target, results)
    return [_settled(record, told.get(record.external_id), results.complete) for record in records]


def _told(target: Target, results: Results) -> Mapping[str, tuple[Outcome, Mapping[str, str]]]:
    """What the files say of each external id; a refusal outweighs what else is said."""
    key_field = target.fields.external_id
    told: dict[str, tuple[Outcome, Mapping[str, str]]] = {}
    for outcome, rows in (
        (Outcome.RETRY, results.unprocessed),
        (Outcome.DONE, results.successful),
        (Outcome.REJECTED, results.failed),
    ):
        told.update({key: (outcome, row) for key, row in csv_text.columns(rows, key_field)})
    return told


def _settled(record: Record, told: tuple[Outcome, Mapping[str, str]] | None, complete: bool) -> Settled:
    """Raises Unsettled when a complete job does not say what became of a record."""
    if told is None:
        if complete:
            raise unreadable(SYSTEM)
        return Settled(record.external_id, Outcome.RETRY, UNPROCESSED)
    outcome, row = told
    if outcome is Outcome.DONE:
        return Settled(record.external_id, Outcome.DONE, remote_id=remote_id(row.get("sf__Id")))
    if outcome is Outcome.RETRY:
        return Settled(record.external_id, Outcome.RETRY, UNPROCESSED)
    code, place = _error(row)
    return refused_as(record, code, place)


def _deleted(row_id: str, done: bool, refused: Mapping[str, str] | None) -> Result:
    if done:
        return Result(success=True, id=row_id)
    code, _ = _error(refused) if refused else (UNPROCESSED, "")
    return Result(success=False, id=row_id, errors=[Said(statusCode=code)])


def _error(row: Mapping[str, str]) -> tuple[str, str]:
    """Code and field of `REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --`."""
    parts = row.get("sf__Error", "").split(":")
    fields = parts[-1].removesuffix("--").strip() if len(parts) > 1 else ""
    return parts[0].strip(), fields.partition(",")[0].strip()


def _name(target: Target, operation: str, keys: Iterable[str]) -> str:
    """The batch's name in the book of jobs."""
    return sha256("\n".join((target.org.login_url, target.org.object, operation, *keys)).encode()).hexdigest()
