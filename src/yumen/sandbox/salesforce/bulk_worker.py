"""Work through closed ingest jobs, chunk by chunk; a restart goes on where the last whole chunk ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.kit.troubles import record_refuser
from yumen.sandbox.salesforce.batches import external_field, judge_upserts, live_row
from yumen.sandbox.salesforce.bulk import RESULTS, UPLOADS
from yumen.sandbox.salesforce.bulk_csv import DELIMITERS, Unfit, read, record_of
from yumen.sandbox.salesforce.calls import Call
from yumen.sandbox.salesforce.deleting import bin_one
from yumen.sandbox.salesforce.filing import Draft, save
from yumen.sandbox.salesforce.judging import Judge, find_field, new_draft, shape_id
from yumen.sandbox.salesforce.records import Job, Object
from yumen.sandbox.salesforce.refusals import Fault
from yumen.sandbox.salesforce.world import World

POLL_S: Final = 0.02
BREATH_S: Final = 0.005
PATH: Final = "/services/data/v68.0/jobs/ingest"
Lines = list[list[str]]


class BulkWorker:
    """One job after the other."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            job = self._due()
            if job is None:
                await asyncio.sleep(POLL_S)
                continue
            await self._work(job)

    def _due(self) -> Job | None:
        now = self.world.now()
        for job in self.world.jobs.values():
            if job.state == "InProgress" or (job.state == "UploadComplete" and job.due_at <= now):
                return job
        return None

    async def _work(self, job: Job) -> None:
        job.state = "InProgress"
        try:
            header, rows = self._opened(job)
        except Unfit as unfit:
            self._end(job, "Failed", str(unfit))
            return
        job.rows = len(rows)
        await self._chunks(job, header, rows)
        self.world.shelf.erase(UPLOADS, job.id, {})
        self.world.journal.commit()

    async def _chunks(self, job: Job, header: list[str], rows: Lines) -> None:
        org = self.world.settings.org
        while job.processed < len(rows):
            end = min(job.processed + org.bulk_chunk, len(rows))
            if org.bulk_fails_after is not None:
                end = min(end, org.bulk_fails_after)
            if job.state == "Aborted" or end <= job.processed:
                self._leave(job, header, rows[job.processed :])
                if job.state != "Aborted":
                    self._end(job, "Failed", "InternalServerError : the batch was retried more than 10 times")
                return
            self._chunk(job, header, rows[job.processed : end])
            await asyncio.sleep(BREATH_S)
        if job.state != "Aborted":
            self._end(job, "JobComplete")

    def _chunk(self, job: Job, header: list[str], rows: Lines) -> None:
        began = perf_counter()
        world = self.world
        outcomes = self._outcomes(job, [record_of(header, row) for row in rows])
        good: Lines = []
        bad: Lines = []
        for row, outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Fault):
                error = f"{outcome.code}:{outcome.message}:{','.join(outcome.fields)} --"
                bad.append(["", error, *row])
            elif isinstance(outcome, Draft):
                created = str(outcome.created).lower()
                good.append([save(world, outcome, world.now()).id, created, *row])
            else:
                good.append([outcome, "false", *row])
        self._keep(job, header, {"good": good, "bad": bad, "left": []})
        job.processed += len(rows)
        job.failed += len(bad)
        job.spent_ms += int((perf_counter() - began) * 1000)
        self._saved(job)

    def _outcomes(self, job: Job, records: Sequence[dict[str, Any]]) -> Sequence[Draft | Fault | str]:
        """What becomes of each record; for deletes the id."""
        world = self.world
        kind = world.objects[job.object]
        call = Call(world, Request("PUT", PATH, {}, {}, b"", False, False, PATH), world.now(), version=job.api_version)
        call.course.refuse_record = record_refuser(world.settings.troubles, "PUT", PATH, world.dice)
        judge = call.judge()
        judge.lenient = True
        if job.operation == "upsert":
            known = external_field(kind, job.external_id_field)
            judge.looked_up = known.name
            return judge_upserts(call, judge, kind, known, records)
        return [_one(call, judge, kind, job, record) for record in records]

    def _opened(self, job: Job) -> tuple[list[str], Lines]:
        """The upload's header and rows. Raises Unfit."""
        row = self.world.shelf.get(UPLOADS, [job.id]).get(job.id)
        if row is None:
            raise Unfit("InvalidBatch : No data was uploaded")
        header, rows = read(row.fields["csv"], DELIMITERS[job.delimiter], job.line_ending)
        kind = self.world.objects[job.object]
        for name in header:
            outer = name.partition(".")[0]
            related = any(one.relationship.lower() == outer.lower() for one in kind.fields.values())
            if find_field(kind, outer) is None and not ("." in name and related):
                raise Unfit(f"InvalidBatch : Field name not found : {name}")
        return header, [line for line in rows if line]

    def _leave(self, job: Job, header: list[str], rows: Lines) -> None:
        self._keep(job, header, {"good": [], "bad": [], "left": rows})

    def _keep(self, job: Job, header: list[str], lines: dict[str, Lines]) -> None:
        name = f"{job.id}:{job.processed:09d}:{'left' if lines['left'] else 'done'}"
        row = Row(name, self.world.now(), False, {"columns": header, **lines})
        self.world.shelf.put(RESULTS, row, {"job": job.id}, {})

    def _end(self, job: Job, state: str, error: str = "") -> None:
        job.state = "Failed" if state == "Failed" else "JobComplete"
        job.error = error
        self._saved(job)

    def _saved(self, job: Job) -> None:
        world = self.world
        job.changed_at = world.now()
        world.keep("job", job.id, job)
        world.arrivals.flush()
        world.shelf.flush()
        world.journal.commit()


def _one(call: Call, judge: Judge, kind: Object, job: Job, record: dict[str, Any]) -> Draft | Fault | str:
    ident = str(next((value for name, value in record.items() if name.lower() == "id"), ""))
    sent = {name: value for name, value in record.items() if name.lower() != "id"}
    try:
        if job.operation == "insert":
            draft = new_draft(kind, None, sent)
        elif job.operation == "update":
            draft = new_draft(kind, live_row(call, kind, shape_id(ident)), sent)
        else:
            hard = job.operation == "hardDelete"
            fault = bin_one(call, ident, judge_only=True, hard=hard) or bin_one(call, ident, hard=hard)
            return fault or shape_id(ident)
        judge.judge(draft, sent)
    except Fault as fault:
        return fault
    return draft
