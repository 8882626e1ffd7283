"""One job of Bulk API 2.0: create, upload, close, wait, fetch the three result files.

Nothing is done before the job is closed, so a broken upload is NotSent; after it whatever breaks is Unsettled. A job
that the book knows is taken up where it stands, and one whose upload may be torn is given up for a new one.
Source: Bulk API 2.0 and Bulk API Developer Guide, "Bulk API 2.0 Ingest".
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import msgspec

from yumen.gateway.connectors.channel import Call
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce import csv_text
from yumen.gateway.connectors.salesforce.api import with_json
from yumen.gateway.connectors.salesforce.errors import SYSTEM, remote_id
from yumen.gateway.connectors.salesforce.target import Target
from yumen.kit.errors import NotSent, Rejected, Unsettled

JOBS: Final = "/jobs/ingest"
FILE_MAX_BYTES: Final = 100 << 20
"""Salesforce takes 150 MB after base64."""
FILE_DEADLINE_S: Final = 300.0
POLL_MAX_S: Final = 30.0
POLL_GROWTH: Final = 1.5
GONE: Final = "connector.address_wrong"
"""There is no such job (any more)."""
RUNNING: Final = frozenset({"Open", "UploadComplete", "InProgress"})
FILES: Final = ("successfulResults", "failedResults", "unprocessedrecords")
SHAPE_FAULTS: Final = frozenset({"InvalidBatch", "ClientInputError", "InvalidData", "InvalidJob"})
"""How `errorMessage` begins when the file itself was refused."""

Rows = list[dict[str, str]]


class Job(msgspec.Struct, rename="camel"):
    """What Salesforce says of a job. `error_message` begins with a code."""

    id: str
    state: str
    number_records_processed: int = 0
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do. `batch` names it in the book; `key_field` is set for an upsert."""

    batch: str
    operation: str
    content: bytes = field(repr=False)
    key_field: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The rows of the three files; `complete` unless the job ended before its end."""

    successful: Rows = field(repr=False)
    failed: Rows = field(repr=False)
    unprocessed: Rows = field(repr=False)
    complete: bool


async def run(target: Target, order: Order) -> Results:
    """Raises NotSent while nothing was done, Rejected when the job's shape is refused, Unsettled otherwise."""
    if len(order.content) > FILE_MAX_BYTES:
        raise Rejected("connector.batch_too_large", records=len(order.content), batch_max=FILE_MAX_BYTES)
    target.running.add(order.batch)
    try:
        return await _run(target, order)
    finally:
        target.running.discard(order.batch)


async def end_orphans(target: Target) -> None:
    """Stop jobs that nobody waits for any more, so that none of them acts after the question that follows.

    Raises NotSent, Unsettled while one still acts.
    """
    for batch, job_id in await target.jobs.open_jobs():
        if batch in target.running:
            continue
        try:
            job = await _asked(target, job_id)
            if job.state in RUNNING:
                await _order(target, job_id, "Aborted")
                job = await _asked(target, job_id)
        except Rejected as failure:
            if failure.code != GONE:
                raise
        else:
            if job.state in RUNNING:
                raise Unsettled("connector.job_running", system=SYSTEM)
        await _put_away(target, batch, job_id)


async def _run(target: Target, order: Order) -> Results:
    job_id = await _taken_up(target, order.batch) or await _uploaded(target, order)
    job = await _ended(target, job_id)
    if job.state != "JobComplete" and job.number_records_processed == 0:
        await _put_away(target, order.batch, job_id)
        raise _nothing_done(job)
    results = await _fetched(target, job)
    await _put_away(target, order.batch, job_id)
    return results


async def _taken_up(target: Target, batch: str) -> str | None:
    """The job that carries this batch since before, if it was closed. Raises Unsettled when Salesforce lost it."""
    job_id = await target.jobs.find(batch)
    if job_id is None:
        return None
    try:
        job = await _asked(target, job_id)
    except (NotSent, Rejected) as failure:
        if failure.code == GONE:
            await target.jobs.forget(batch)
            raise Unsettled("connector.job_lost", system=SYSTEM) from None
        raise Unsettled(failure.code, failure.upstream, **failure.facts) from None
    if job.state != "Open":
        return job_id
    await _order(target, job_id, "Aborted")
    await target.jobs.forget(batch)
    return None


async def _uploaded(target: Target, order: Order) -> str:
    """A new job with its content, not yet closed. Raises NotSent, Rejected."""
    wanted = {
        "object": target.org.object,
        "operation": order.operation,
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
        **({"externalIdFieldName": order.key_field} if order.key_field else {}),
    }
    try:
        job = await target.api.ask(Job, with_json(Call("POST", JOBS), wanted))
        job_id = remote_id(job.id)
        if not job_id:
            raise unreadable(SYSTEM)
        await target.jobs.keep(order.batch, job_id)
        path = f"{JOBS}/{job_id}/batches"
        await target.api.call(
            Call("PUT", path, body=order.content, content_type="text/csv; charset=UTF-8", deadline_s=FILE_DEADLINE_S)
        )
    except Unsettled as failure:
        raise NotSent("connector.upload_broken", failure.code, system=SYSTEM) from None
    return job_id


async def _ended(target: Target, job_id: str) -> Job:
    """Close the job and wait for its end, through whatever cuts the line meanwhile. Raises Unsettled."""
    ends_at = time.monotonic() + target.org.bulk_deadline_s
    pause_s = target.org.bulk_poll_s
    while time.monotonic() < ends_at:
        with suppress(NotSent, Unsettled):
            job = await _asked(target, job_id)
            if job.state == "Open":
                await _order(target, job_id, "UploadComplete")
            elif job.state not in RUNNING:
                return job
        await asyncio.sleep(pause_s)
        pause_s = min(POLL_MAX_S, pause_s * POLL_GROWTH)
    raise Unsettled("connector.job_slow", system=SYSTEM)


async def _fetched(target: Target, job: Job) -> Results:
    """The three files. Raises Unsettled."""
    try:
        files = [await _file(target, f"{JOBS}/{job.id}/{name}") for name in FILES]
    except (NotSent, Rejected) as failure:
        raise Unsettled(failure.code, failure.upstream, **failure.facts) from None
    successful, failed, unprocessed = files
    return Results(successful, failed, unprocessed, complete=job.state == "JobComplete")


async def _file(target: Target, path: str) -> Rows:
    call = Call(
        "GET",
        path,
        headers={"Accept": "text/csv"},
        repeatable=True,
        deadline_s=FILE_DEADLINE_S,
        answer_max_bytes=2 * FILE_MAX_BYTES,
    )
    answer = await target.api.call(call)
    try:
        return list(csv_text.read(answer.body))
    except ValueError:
        raise unreadable(SYSTEM) from None


async def _asked(target: Target, job_id: str) -> Job:
    return await target.api.ask(Job, Call("GET", f"{JOBS}/{job_id}"))


async def _order(target: Target, job_id: str, state: str) -> None:
    await target.api.call(with_json(Call("PATCH", f"{JOBS}/{job_id}"), {"state": state}))


async def _put_away(target: Target, batch: str, job_id: str) -> None:
    """Forget the job here and delete it there: it holds a copy of what was sent, for seven days otherwise."""
    await target.jobs.forget(batch)
    with suppress(NotSent, Rejected, Unsettled):
        await target.api.call(Call("DELETE", f"{JOBS}/{job_id}"))


def _nothing_done(job: Job) -> NotSent | Rejected:
    """A job that ended before its first row: refused for its shape, or stopped for a reason that passes."""
    code = (job.error_message or "").partition(":")[0].strip()
    if code in SHAPE_FAULTS:
        return Rejected("connector.refused", code, system=SYSTEM)
    return NotSent("connector.job_stopped", system=SYSTEM)
