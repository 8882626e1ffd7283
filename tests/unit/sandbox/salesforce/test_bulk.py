import asyncio
import csv
import io

import pytest

from yumen.sandbox.salesforce import bulk, bulk_csv, bulk_worker  # noqa: F401 - under test, over HTTP
from yumen.sandbox.salesforce.server import Options, running


def table(rows: list[list[str]], end: str = "\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    return out.getvalue().encode()


async def begin(caller, operation: str = "upsert", **more: str) -> dict:
    wish = {"object": "Contact", "operation": operation, **more}
    if operation == "upsert":
        wish["externalIdFieldName"] = "Yumen_Id__c"
    status, job = await caller.call("POST", "jobs/ingest", wish)
    assert status == 200, job
    return job


async def run(caller, rows: list[list[str]], operation: str = "upsert", **more: str) -> dict:
    job = await begin(caller, operation, **more)
    place = f"jobs/ingest/{job['id']}"
    assert (await caller.call("PUT", f"{place}/batches", table(rows), {"Content-Type": "text/csv"}))[0] == 201
    assert (await caller.call("PATCH", place, {"state": "UploadComplete"}))[1]["state"] == "UploadComplete"
    return await ended(caller, place)


async def ended(caller, place: str) -> dict:
    for _ in range(400):
        _, job = await caller.call("GET", place)
        if job["state"] not in {"UploadComplete", "InProgress"}:
            return job
        await asyncio.sleep(0.02)
    pytest.fail("the job did not end")


async def rows_of(caller, job: dict, name: str) -> list[dict]:
    status, text = await caller.call("GET", f"jobs/ingest/{job['id']}/{name}")
    assert status == 200
    return list(csv.DictReader(io.StringIO(text.decode())))


async def test_a_job_upserts_and_tells_good_from_bad(caller):
    header = ["Yumen_Id__c", "LastName", "DoNotCall"]
    job = await run(caller, [header, ["a", "A", "true"], ["b", "", ""], ["c", "C", "x"]])
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 2)
    (good,) = await rows_of(caller, job, "successfulResults")
    bad = await rows_of(caller, job, "failedResults")
    assert good["sf__Created"] == "true"
    assert good["sf__Id"].startswith("003")
    assert {one["Yumen_Id__c"]: one["sf__Error"].split(":")[0] for one in bad} == {
        "b": "REQUIRED_FIELD_MISSING",
        "c": "INVALID_TYPE_ON_FIELD_IN_RECORD",
    }
    assert await rows_of(caller, job, "unprocessedrecords") == []


async def test_empty_keeps_na_clears_and_relations_are_columns(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A", "FirstName": "F", "Title": "T"})
    await run(caller, [["Yumen_Id__c", "FirstName", "Title"], ["a", "", "#N/A"]])
    fields = (await admin.record("Contact", "a")).fields
    assert fields["FirstName"] == "F"
    assert "Title" not in fields
    orders = [["Yumen_Id__c", "Contact__r.Yumen_Id__c"], ["o1", "a"], ["o2", "nobody"]]
    job = await run(caller, orders, object="Shop_Order__c")
    assert job["numberRecordsFailed"] == 1


async def test_states_move_and_refuse_what_is_out_of_turn(caller, admin):
    await admin.change_org(bulk_wait_s=0.3)
    job = await begin(caller)
    place = f"jobs/ingest/{job['id']}"
    assert job["state"] == "Open"
    assert job["contentUrl"].endswith("/batches")
    data, kind = table([["Yumen_Id__c", "LastName"], ["a", "A"]]), {"Content-Type": "text/csv"}
    assert (await caller.call("PUT", f"{place}/batches", data, {"Content-Type": "application/json"}))[0] == 415
    assert (await caller.call("PUT", f"{place}/batches", data, kind))[0] == 201
    assert (await caller.call("PUT", f"{place}/batches", data, kind))[0] == 400
    assert (await caller.call("GET", f"{place}/successfulResults"))[0] == 400
    await caller.call("PATCH", place, {"state": "UploadComplete"})
    assert (await caller.call("GET", place))[1]["state"] == "UploadComplete"
    assert (await caller.call("PATCH", place, {"state": "Open"}))[0] == 400
    assert (await ended(caller, place))["state"] == "JobComplete"
    assert (await caller.call("DELETE", place))[0] == 204
    assert (await caller.call("GET", place))[0] == 404


async def test_an_aborted_job_leaves_its_rows_alone(caller, admin):
    await admin.change_org(bulk_wait_s=60)
    job = await begin(caller)
    place = f"jobs/ingest/{job['id']}"
    data = table([["Yumen_Id__c", "LastName"], ["a", "A"]])
    await caller.call("PUT", f"{place}/batches", data, {"Content-Type": "text/csv"})
    await caller.call("PATCH", place, {"state": "UploadComplete"})
    assert (await caller.call("PATCH", place, {"state": "Aborted"}))[1]["state"] == "Aborted"
    assert await caller.select("SELECT Id FROM Contact") == []


async def test_a_failed_job_keeps_what_was_done_and_names_the_rest(caller, admin):
    await admin.change_org(bulk_fails_after=3, bulk_chunk=2)
    rows = [["Yumen_Id__c", "LastName"], *([f"p{n}", "A"] for n in range(5))]
    job = await run(caller, rows)
    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 3)
    assert len(await rows_of(caller, job, "successfulResults")) == 3
    assert [one["Yumen_Id__c"] for one in await rows_of(caller, job, "unprocessedrecords")] in (
        ["p3", "p4"],
        ["p4", "p3"],
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (table([["Nothing__c"], ["x"]]), "Field name not found : Nothing__c"),
        (table([["Yumen_Id__c", "LastName"], ["a", "A"]], "\r\n"), "LineEnding is invalid"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
async def test_an_unreadable_upload_fails_the_job(caller, data, words):
    job = await begin(caller)
    place = f"jobs/ingest/{job['id']}"
    await caller.call("PUT", f"{place}/batches", data, {"Content-Type": "text/csv"})
    await caller.call("PATCH", place, {"state": "UploadComplete"})
    done = await ended(caller, place)
    assert done["state"] == "Failed"
    assert words in done["errorMessage"]


async def test_deletes_soft_and_hard(caller, admin):
    one, two = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"}, {"Yumen_Id__c": "b", "LastName": "B"})
    job = await run(caller, [["Id"], [one["id"]], ["0035g0000009999AAA"]], "delete")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (2, 1)
    assert len(await caller.select("SELECT Id FROM Contact", "queryAll")) == 2
    await run(caller, [["Id"], [one["id"]], [two["id"]]], "hardDelete")
    assert await caller.select("SELECT Id FROM Contact", "queryAll") == []
    assert (await admin.arrivals(key="a"))[-1].verb == "erased"


async def test_inserts_and_updates_by_id(caller):
    made = await run(caller, [["LastName"], ["A"]], "insert")
    (good,) = await rows_of(caller, made, "successfulResults")
    done = await run(caller, [["Id", "FirstName"], [good["sf__Id"], "F"]], "update")
    assert done["numberRecordsFailed"] == 0
    assert (await caller.select("SELECT Name FROM Contact"))[0]["Name"] == "F A"


@pytest.mark.parametrize(
    "wish",
    [
        {"object": "Nothing", "operation": "insert"},
        {"object": "Contact", "operation": "explode"},
        {"object": "Contact", "operation": "upsert"},
        {"object": "Contact", "operation": "insert", "contentType": "JSON"},
        {"operation": "insert"},
    ],
)
async def test_a_wrong_job_is_refused(caller, wish):
    assert (await caller.call("POST", "jobs/ingest", wish))[0] in {400, 404}


async def test_a_job_goes_on_after_the_sandbox_was_killed(tmp_path, caller, app, admin):
    await admin.change_org(bulk_wait_s=3600)
    job = await begin(caller)
    place = f"jobs/ingest/{job['id']}"
    data = table([["Yumen_Id__c", "LastName"], *([f"p{n}", "A"] for n in range(10))])
    await caller.call("PUT", f"{place}/batches", data, {"Content-Type": "text/csv"})
    await caller.call("PATCH", place, {"state": "UploadComplete"})
    copy = tmp_path / "copy.sqlite"
    for end in ("", "-wal"):
        copy.with_name(copy.name + end).write_bytes((tmp_path / f"salesforce.sqlite{end}").read_bytes())
    async with running(Options(state=copy)) as again:
        caller.base = again.api
        await caller.log_in(app)
        from yumen.sandbox.salesforce.client import Admin

        async with Admin(again.admin) as other:
            await other.advance_clock(7200)
        await caller.log_in(app)
        assert (await ended(caller, place))["numberRecordsProcessed"] == 10


async def test_jobs_are_listed(caller, admin):
    await begin(caller)
    assert len((await caller.call("GET", "jobs/ingest"))[1]["records"]) == 1
    assert len(await admin.jobs()) == 1
