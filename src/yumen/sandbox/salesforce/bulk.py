"""Bulk API 2.0 ingest jobs: create, upload once, close, poll, and three CSV results. `bulk_worker` does the work."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.batches import external_field
from yumen.sandbox.salesforce.bulk_csv import DELIMITERS, written
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.filing import USER
from yumen.sandbox.salesforce.idents import new_id
from yumen.sandbox.salesforce.judging import find_object
from yumen.sandbox.salesforce.records import Job
from yumen.sandbox.salesforce.refusals import NOT_FOUND_URL, Refusal
from yumen.sandbox.salesforce.values import stamp

UPLOADS: Final = "~upload"
RESULTS: Final = "~result"
UPLOAD_MAX_BYTES: Final = 150 * 1024 * 1024 * 3 // 4
"""150 MB once encoded in base64."""
CSV: Final = "text/csv"
JOBS_SHOWN: Final = 1000


class NewJob(msgspec.Struct, kw_only=True):
    """The body of a create call."""

    object: str
    operation: str
    externalIdFieldName: str = ""  # noqa: N815 - Salesforce's name
    contentType: str = "CSV"  # noqa: N815
    lineEnding: str = "LF"  # noqa: N815
    columnDelimiter: str = "COMMA"  # noqa: N815
    assignmentRuleId: str = ""  # noqa: N815


def create(call: Call) -> Reply:
    """`POST /jobs/ingest`: state Open."""
    try:
        wish = msgspec.json.decode(call.body, type=NewJob)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Refusal(400, "INVALIDJOB", "InvalidJob : the job is malformed or lacks object or operation") from None
    kind = find_object(call.world, wish.object)
    if wish.contentType != "CSV" or wish.columnDelimiter not in DELIMITERS or wish.lineEnding not in {"LF", "CRLF"}:
        raise Refusal(400, "INVALIDJOB", "InvalidJob : contentType, columnDelimiter or lineEnding is not known")
    if wish.operation not in {"insert", "update", "upsert", "delete", "hardDelete"}:
        raise Refusal(400, "INVALIDJOB", f"InvalidJob : operation {wish.operation[:40]} is not known")
    if wish.operation == "upsert":
        if not wish.externalIdFieldName:
            raise Refusal(400, "INVALIDJOB", "InvalidJob : External ID was blank for upsert job")
        external_field(kind, wish.externalIdFieldName)
    job = Job(
        id=new_id("750", 10_000 + len(call.world.jobs) + int(call.now) % 10**6 * 1000),
        object=kind.name,
        operation=wish.operation,  # type: ignore[arg-type]
        external_id_field=wish.externalIdFieldName,
        line_ending=wish.lineEnding,  # type: ignore[arg-type]
        delimiter=wish.columnDelimiter,
        api_version=call.version,
        created_at=call.now,
        changed_at=call.now,
    )
    call.world.jobs[job.id] = call.world.keep("job", job.id, job)
    return Reply(_head(job))


def upload(call: Call) -> Reply:
    """`PUT /jobs/ingest/{id}/batches`: 201 without a body, once."""
    job = _job(call)
    if not call.request.headers.get("content-type", "").startswith(CSV):
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be text/csv")
    if job.state != "Open" or job.uploaded:
        raise Refusal(400, "INVALIDJOBSTATE", "Cannot upload: the job has its data or is no longer Open")
    if len(call.body) > UPLOAD_MAX_BYTES:
        raise Refusal(413, "EXCEEDED_MAX_SIZE_REQUEST", "Job data exceeds 150 MB")
    row = Row(job.id, call.now, False, {"csv": call.body})
    call.world.shelf.put(UPLOADS, row, {}, {})
    job.uploaded = True
    return _saved(call, job, Reply(status=201))


def change_state(call: Call) -> Reply:
    """`PATCH /jobs/ingest/{id}`: UploadComplete begins the work, Aborted ends it."""
    job, wanted = _job(call), call.json().get("state")
    if wanted == "UploadComplete" and job.state == "Open":
        job.state = "UploadComplete"
        job.due_at = call.now + call.world.settings.org.bulk_wait_s
    elif wanted == "Aborted" and job.state in {"Open", "UploadComplete", "InProgress"}:
        job.state = "Aborted"
    else:
        raise Refusal(400, "INVALIDJOBSTATE", f"The job cannot go from {job.state} to {str(wanted)[:40]}")
    return _saved(call, job, Reply(_head(job)))


def show(call: Call) -> Reply:
    """`GET /jobs/ingest/{id}`: state and counters."""
    job = _job(call)
    body = {
        **_head(job),
        "jobType": "V2Ingest",
        "numberRecordsProcessed": job.processed,
        "numberRecordsFailed": job.failed,
        "retries": 0,
        "totalProcessingTime": job.spent_ms,
        "apiActiveProcessingTime": job.spent_ms,
        "apexProcessingTime": 0,
    }
    return Reply({**body, "errorMessage": job.error} if job.error else body)


def list_jobs(call: Call) -> Reply:
    """`GET /jobs/ingest`."""
    jobs = list(call.world.jobs.values())[: -JOBS_SHOWN - 1 : -1]
    records = [{**_head(job), "jobType": "V2Ingest"} for job in jobs]
    return Reply({"done": True, "records": records, "nextRecordsUrl": None})


def delete(call: Call) -> Reply:
    """`DELETE /jobs/ingest/{id}`: 204, once it has ended."""
    job = _job(call)
    if job.state in {"Open", "InProgress"}:
        raise Refusal(400, "INVALIDJOBSTATE", f"A job in state {job.state} cannot be deleted")
    world = call.world
    del world.jobs[job.id]
    world.journal.drop("job", job.id)
    world.shelf.erase(UPLOADS, job.id, {})
    for row in results(call, job):
        world.shelf.erase(RESULTS, row.id, {"job": job.id})
    return Reply(status=204)


def successful(call: Call) -> Reply:
    """`GET …/successfulResults`: `sf__Id`, `sf__Created` and what was sent; the order of rows is not promised."""
    return _result(call, "good", ("sf__Id", "sf__Created"))


def failed(call: Call) -> Reply:
    """`GET …/failedResults`: `sf__Id`, `sf__Error` and what was sent."""
    return _result(call, "bad", ("sf__Id", "sf__Error"))


def unprocessed(call: Call) -> Reply:
    """`GET …/unprocessedrecords`: what was sent and not tried."""
    return _result(call, "left", ())


def results(call: Call, job: Job) -> list[Row]:
    """The pages of a job's results, in order."""
    return sorted(call.world.shelf.find(RESULTS, "job", [job.id]).get(job.id, []), key=lambda row: row.id)


def _result(call: Call, name: str, more: tuple[str, ...]) -> Reply:
    job = _job(call)
    if job.state not in {"JobComplete", "Failed", "Aborted"}:
        raise Refusal(400, "INVALIDJOBSTATE", "Results are there once the job has ended")
    pages = results(call, job)
    columns = pages[0].fields["columns"] if pages else []
    rows = [row for page in pages for row in page.fields[name]]
    if call.world.settings.org.bulk_shuffles:
        call.world.dice.shuffle(rows)
    body = written([[*more, *columns], *rows], DELIMITERS[job.delimiter], job.line_ending)
    return Reply(body, kind=CSV)


def _job(call: Call) -> Job:
    job = call.world.jobs.get(call.part("job"))
    if job is None:
        raise Refusal(404, "NOT_FOUND", NOT_FOUND_URL)
    return job


def _saved(call: Call, job: Job, reply: Reply) -> Reply:
    job.changed_at = call.now
    call.world.keep("job", job.id, job)
    return reply


def _head(job: Job) -> dict[str, Any]:
    head: dict[str, Any] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": USER,
        "createdDate": stamp(job.created_at),
        "systemModstamp": stamp(job.changed_at),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.api_version),
        "lineEnding": job.line_ending,
        "columnDelimiter": job.delimiter,
    }
    if job.external_id_field:
        head["externalIdFieldName"] = job.external_id_field
    if job.state == "Open":
        head["contentUrl"] = f"services/data/v{job.api_version}/jobs/ingest/{job.id}/batches"
    return head
