"""A job survives cuts, and a killed process finds it again."""

import asyncio

import pytest

from yumen.gateway.connectors import Outcome
from yumen.gateway.connectors.salesforce import FolderJobs, MemoryJobs
from yumen.kit.errors import NotSent, Unsettled


async def test_a_killed_process_finds_its_job_again(make_salesforce, org, recipient, make_record, tmp_path):
    records = [make_record(n) for n in (1, 2)]
    org.stuck = True
    killed = asyncio.create_task(make_salesforce(jobs=FolderJobs(tmp_path / "jobs")).send_bulk(records))
    while not any(job["state"] == "UploadComplete" for job in org.jobs.values()):
        await asyncio.sleep(0.01)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    org.stuck = False
    told = await make_salesforce(jobs=FolderJobs(tmp_path / "jobs")).send_bulk(records)
    assert {t.outcome for t in told} == {Outcome.DONE}
    assert len(recipient.calls("PUT")) == 1
    assert list((tmp_path / "jobs").iterdir()) == []


async def test_a_torn_upload_is_not_sent_and_its_job_given_up(salesforce, org, recipient, make_record, drop):
    cut = lambda asked: drop  # noqa: E731
    org.script = [None, cut, cut]  # aiohttp tries a PUT once more by itself
    with pytest.raises(NotSent) as failure:
        await salesforce.send_bulk([make_record(1)])
    assert failure.value.code == "connector.upload_broken"
    assert (await salesforce.send_bulk([make_record(1)]))[0].outcome is Outcome.DONE
    assert [job["state"] for job in org.jobs.values()] == ["Aborted"]
    assert len(recipient.calls("POST", "/jobs/ingest")) == 2


async def test_cuts_while_the_job_runs_cost_nothing(salesforce, org, make_record, drop, say_error):
    cut = lambda asked: drop  # noqa: E731
    org.script = [None, None, cut, say_error(503, "SERVER_UNAVAILABLE"), None, (502, b"", {}), None]
    assert (await salesforce.send_bulk([make_record(1)]))[0].outcome is Outcome.DONE


async def test_a_job_that_takes_too_long_is_unsettled_and_stays_in_the_book(make_salesforce, org, make_record):
    jobs = MemoryJobs()
    org.stuck = True
    with pytest.raises(Unsettled) as failure:
        await make_salesforce(jobs=jobs, bulk_deadline_s=0.05).send_bulk([make_record(1)])
    assert failure.value.code == "connector.job_slow"
    org.stuck = False
    assert (await make_salesforce(jobs=jobs).send_bulk([make_record(1)]))[0].outcome is Outcome.DONE


async def test_a_job_that_salesforce_lost_is_unsettled_once(make_salesforce, org, make_record):
    jobs = MemoryJobs()
    org.stuck = True
    with pytest.raises(Unsettled):
        await make_salesforce(jobs=jobs, bulk_deadline_s=0.05).send_bulk([make_record(1)])
    org.jobs.clear()
    org.stuck = False
    with pytest.raises(Unsettled) as failure:
        await make_salesforce(jobs=jobs).send_bulk([make_record(1)])
    assert failure.value.code == "connector.job_lost"
    assert (await make_salesforce(jobs=jobs).send_bulk([make_record(1)]))[0].outcome is Outcome.DONE


async def test_results_that_cannot_be_fetched_are_unsettled(salesforce, org, make_record, say_error):
    org.script = [None] * 5 + [say_error(404, "NOT_FOUND")]
    with pytest.raises(Unsettled):
        await salesforce.send_bulk([make_record(1)])


async def test_a_job_id_that_is_none_is_not_believed(salesforce, org, make_record):
    org.script = [{"id": "../../evil", "state": "Open"}]
    with pytest.raises(NotSent):
        await salesforce.send_bulk([make_record(1)])


async def test_no_job_acts_after_the_question_that_settles_it(make_salesforce, org, make_record, tmp_path):
    org.stuck = True
    with pytest.raises(Unsettled):
        await make_salesforce(jobs=FolderJobs(tmp_path), bulk_deadline_s=0.05).send_bulk([make_record(1)])
    salesforce = make_salesforce(jobs=FolderJobs(tmp_path))
    assert not (await salesforce.ask(["M00001"]))[0].present
    assert org.jobs == {}
    assert (await salesforce.send([make_record(1, 2)]))[0].outcome is Outcome.DONE


async def test_a_job_that_will_not_stop_leaves_the_question_open(make_salesforce, org, make_record):
    jobs = MemoryJobs()
    org.stuck = True
    with pytest.raises(Unsettled):
        await make_salesforce(jobs=jobs, bulk_deadline_s=0.05).send_bulk([make_record(1)])
    running = {"id": next(iter(org.jobs)), "state": "InProgress"}
    org.script = [running, running, running]
    with pytest.raises(Unsettled) as failure:
        await make_salesforce(jobs=jobs).ask(["M00001"])
    assert failure.value.code == "connector.job_running"


async def test_a_job_that_is_waited_for_is_left_alone_by_questions(salesforce, org, make_record):
    org.stuck = True
    waiting = asyncio.create_task(salesforce.send_bulk([make_record(1)]))
    while not any(job["state"] == "UploadComplete" for job in org.jobs.values()):
        await asyncio.sleep(0.01)
    await salesforce.ask(["M00002"])
    org.stuck = False
    assert (await waiting)[0].outcome is Outcome.DONE
