"""Contracts, mechanisms and the meter over HTTP, as a second person reads and approves them."""

from __future__ import annotations

import pytest

from tests.stories.app.cli.test_filing import RECORD
from tests.stories.app.conftest import Town
from tests.stories.app.gateway.test_routes import SOURCE, Desk
from yumen.kit.db import Role


@pytest.fixture
async def desks(town: Town) -> tuple[Desk, Desk]:
    """Two people of compliance."""
    return Desk(town, await town.clerk("compliance")), Desk(town, await town.clerk("compliance"))


async def enforced(desks: tuple[Desk, Desk], version: int, source: str) -> None:
    han, li = desks
    approval = (await han.post("gateway/contracts", {"source": source}, 201))["approval"]
    await li.post(f"approvals/{approval}/approve")
    await han.post("gateway/contracts/members-crm/enforce", {"version": version, "approval_id": approval})


async def test_every_version_is_listed_and_said_with_what_is_new_in_it(desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    await enforced(desks, 1, SOURCE)
    second = SOURCE.replace("version = 1", "version = 2").replace("days = 730", "days = 365")
    await han.post("gateway/contracts", {"source": second}, 201)
    new, old = (await li.get("gateway/contracts"))["items"]
    assert [(one["version"], one["state"]) for one in (new, old)] == [(2, "proposed"), (1, "in_force")]
    said = await li.get("gateway/contracts/members-crm/versions/2")
    assert said["contract_hash"] == new["contract_hash"]
    assert len(said["changes"]) == 2, "version and retention"
    assert (await li.get("gateway/contracts/members-crm/versions/1"))["changes"] is None


async def test_a_mechanism_is_proposed_approved_registered_and_revoked(town: Town, desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    approval = (await han.post("gateway/filings", {"source": RECORD}, 201))["approval"]
    body = {"source": RECORD, "approval_id": approval}
    assert (await han.post("gateway/filings/register", body, 409))["code"] == "approval.not_approved"
    await li.post(f"approvals/{approval}/approve")
    filing = (await han.post("gateway/filings/register", body, 201))["filing"]
    (item,) = (await li.get("gateway/filings"))["items"]
    assert (item["id"], item["number"], item["serves"], item["until"]) == (filing, "SH-2026-1", True, None)
    await han.post(f"gateway/filings/{filing}/revoke")
    await han.post(f"gateway/filings/{filing}/revoke", status=404)
    (item,) = (await li.get("gateway/filings"))["items"]
    assert item["serves"] is False
    assert await town.count("select count(*) from border.filing") == 1


async def test_a_faulty_mechanism_is_refused_with_its_first_fault(desks: tuple[Desk, Desk]) -> None:
    refused = await desks[0].post("gateway/filings", {"source": RECORD + "zone = 'guangxi'\n"}, 422)
    assert (refused["code"], "zone" in refused["title"]) == ("contract.faulty", True)
    await desks[0].post("gateway/filings", {"source": "\u0000"}, 422)


async def test_a_contract_that_no_longer_fits_when_it_is_put_in_force_is_refused(
    town: Town, desks: tuple[Desk, Desk]
) -> None:
    han, li = desks
    approval = (await han.post("gateway/contracts", {"source": SOURCE}, 201))["approval"]
    await li.post(f"approvals/{approval}/approve")
    await town.count(
        "update border.contract set body = convert_to(replace(convert_from(body, 'UTF8'),"
        ' \'"ends_on":"2029-10-31"\', \'"ends_on":"2026-11-02"\'), \'UTF8\') returning id'
    )
    refused = await han.post("gateway/contracts/members-crm/enforce", {"version": 1, "approval_id": approval}, 422)
    assert refused["code"] == "contract.faulty"


async def test_the_meter_shows_each_counter_and_what_was_declared_with_its_source(desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    assert (await li.get("gateway/meter"))["items"] == []
    year = (await li.get("gateway/meter"))["year"]
    said = {"year": year, "counter": "general", "persons": 300, "source": "HR system, count of 1 November",
            "declared": True}  # fmt: skip
    approval = (await han.post("gateway/meter/proposals", said, 201))["approval"]
    await li.post(f"approvals/{approval}/approve")
    other = await han.post("gateway/meter/changes", {**said, "source": "a guess", "approval_id": approval}, 409)
    assert other["code"] == "approval.other_facts"
    change = (await han.post("gateway/meter/changes", {**said, "approval_id": approval}, 201))["change"]
    (line,) = (await li.get("gateway/meter"))["items"]
    assert (line["counter"], line["booked"], line["adjusted"], line["limited"]) == ("general", 0, 300, True)
    (item,) = (await li.get("gateway/meter/changes"))["items"]
    assert (item["id"], item["cause"], item["source"]) == (change, "declared", said["source"])
    await han.post("gateway/meter/proposals", {**said, "persons": 0}, 422)
    await han.post("gateway/meter/proposals", {**said, "counter": "contract"}, 400)


async def test_a_person_in_danger_is_said_by_two_people_and_ended_by_one(town: Town, desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    await town.visitor()
    person = await word(town, "select ref from identity.subject")
    today = (await han.get("gateway/meter"))["year"]
    said = {"person": person, "fact": "endangered", "reason": "recall_of_goods", "until_on": f"{today}-01-01"}
    assert (await han.post("gateway/grounds/proposals", said, 422))["code"] == "gateway.ground_until_unfit"
    said["until_on"] = await word(town, "select (now() at time zone 'Asia/Shanghai')::date::text")
    approval = (await han.post("gateway/grounds/proposals", said, 201))["approval"]
    await li.post(f"approvals/{approval}/approve")
    ground = (await han.post("gateway/grounds", {**said, "approval_id": approval}, 201))["ground"]
    (item,) = (await li.get("gateway/grounds"))["items"]
    assert (item["id"], item["person"], item["holds"]) == (ground, person, True)
    await han.post(f"gateway/grounds/{ground}/end")
    (item,) = (await li.get("gateway/grounds"))["items"]
    assert item["holds"] is False


async def word(town: Town, query: str) -> str:
    """One word, asked as the owner of the main database."""
    async with await town.house.database.connect(Role.OWNER) as conn:
        row = await (await conn.execute(query)).fetchone()
    assert row is not None
    return str(next(iter(row.values())))
