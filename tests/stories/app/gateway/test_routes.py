"""The gate over HTTP: contracts through four eyes, connections, cases, recalls, the meter ahead, authorities."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.app.conftest import Town
from tests.stories.gateway.conftest import WRITTEN
from yumen.gateway import connection_store
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind

SOURCE = WRITTEN.format(
    version=1, external="loyalty.member.number", last_state_wins="true", starts_on="2026-11-01", ends_on="2029-10-31"
)


class Desk:
    """Somebody at the staff API."""

    def __init__(self, town: Town, key: str) -> None:
        self.town, self.key, self.asked = town, key, 0

    async def get(self, path: str, query: bytes = b"") -> Any:
        answer = await self.town.staff.ask("GET", f"/staff/v1/{path}", query=query, token=self.key)
        assert answer.status == 200, answer.body
        return answer.json()

    async def post(self, path: str, body: object = None, status: int = 204) -> Any:
        self.asked += 1
        answer = await self.town.staff.ask(
            "POST", f"/staff/v1/{path}", json=body, token=self.key, key=f"{id(self)}-{self.asked}-{path[-8:]}"
        )
        assert answer.status == status, answer.body
        return answer.json() if answer.body else None


@pytest.fixture
async def desks(town: Town) -> tuple[Desk, Desk]:
    """Two people of compliance, one of whom also operates."""
    return Desk(town, await town.clerk("compliance", "operator")), Desk(town, await town.clerk("compliance"))


async def connected(town: Town) -> None:
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "test", HandlerId(town.handler))) as uow:
        await connection_store.ensure(uow.conn, uow.handler, "members-crm", uow.now)


async def test_a_contract_comes_into_force_by_two_people_and_ends_by_one(town: Town, desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    approval = (await han.post("gateway/contracts", {"source": SOURCE}, 201))["approval"]
    enforce = {"version": 1, "approval_id": approval}
    refused = await han.post("gateway/contracts/members-crm/enforce", enforce, 409)
    assert refused["code"] == "approval.not_approved"
    await li.post(f"approvals/{approval}/approve")
    await han.post("gateway/contracts/members-crm/enforce", enforce)
    assert await town.count("select count(*) from border.contract where state = 'in_force'") == 1
    await han.post("gateway/contracts/members-crm/end")
    assert await town.count("select count(*) from border.contract where state = 'ended'") == 1


async def test_a_faulty_contract_is_refused_with_its_first_fault(desks: tuple[Desk, Desk]) -> None:
    broken = SOURCE.replace('basis = "consent"', 'basis = "whim"')
    refused = await desks[0].post("gateway/contracts", {"source": broken}, 422)
    assert (refused["code"], refused["at"]) == ("contract.faulty", "/source")
    assert "basis" in refused["title"]


async def test_a_contract_with_a_field_that_nothing_opens_is_refused_before_anybody_reads_it(
    desks: tuple[Desk, Desk],
) -> None:
    unopened = SOURCE.replace('field = "profile.phone.phone"', 'field = "orders.invoice.email"')
    assert unopened != SOURCE
    refused = await desks[0].post("gateway/contracts", {"source": unopened}, 422)
    assert (refused["code"], refused["at"]) == ("contract.not_servable", "/lines/1/field")
    assert "orders.invoice.email" in refused["title"]


async def test_a_connection_is_seen_paused_resumed_and_resynced(town: Town, desks: tuple[Desk, Desk]) -> None:
    han, _ = desks
    assert (await han.get("gateway/connections"))["items"] == []
    await han.post("gateway/connections/members-crm/pause", {"reason": "audit"}, 404)
    await connected(town)
    await han.post("gateway/connections/members-crm/pause", {"reason": "audit"})
    (item,) = (await han.get("gateway/connections"))["items"]
    assert (item["state"], item["code"], item["arrived"]) == ("paused", "audit", 0)
    await han.post("gateway/connections/members-crm/resume")
    await han.post("gateway/connections/members-crm/resync", status=202)
    await town.work_off()
    (item,) = (await han.get("gateway/connections"))["items"]
    assert (item["state"], item["code"]) == ("running", "")


async def test_lists_are_empty_and_what_is_not_there_is_unknown(desks: tuple[Desk, Desk]) -> None:
    han, _ = desks
    nobody = "0" * 26
    for path in ("gateway/cases", "gateway/recalls"):
        assert await han.get(path) == {"items": [], "next_cursor": None}
    for path, body in (
        (f"gateway/cases/gcs_{nobody}/retry", None),
        (f"gateway/cases/gcs_{nobody}/drop", {"reason": "obsolete"}),
        (f"gateway/recalls/rcl_{nobody}/again", None),
        (f"gateway/recalls/rcl_{nobody}/settle", {"reason": "by_letter"}),
    ):
        await han.post(path, body, 404)
    assert (await han.get("gateway/closures"))["items"] == []
    unapproved = await han.post(f"gateway/closures/gcl_{nobody}/reopen", {"reason": "restored"}, 409)
    assert unapproved["code"] == "approval.missing"
    assert await han.post("gateway/explain", {"external_id": "8123"}, 200) == {"known": False, "lines": []}


async def test_the_outlook_says_whether_a_plan_fits(desks: tuple[Desk, Desk]) -> None:
    han, li = desks
    approval = (await han.post("gateway/contracts", {"source": SOURCE}, 201))["approval"]
    await li.post(f"approvals/{approval}/approve")
    await han.post("gateway/contracts/members-crm/enforce", {"version": 1, "approval_id": approval})
    (fits,) = (await han.get("gateway/outlook", b"add=99999"))["items"]
    (crosses,) = (await han.get("gateway/outlook", b"add=100000"))["items"]
    assert (fits["counter"], fits["fits"], fits["left"]) == ("general", True, 0)
    assert (crosses["fits"], crosses["left"]) == (False, -1)


async def test_a_foreign_authority_gets_nothing_and_people_hear_of_it(town: Town, desks: tuple[Desk, Desk]) -> None:
    han, _ = desks
    told = await han.post("gateway/authority-requests", {"country": "US", "recipient": "hq"}, 201)
    assert told["request"].startswith("far_")
    await han.post("gateway/authority-requests", {"country": "CN", "recipient": "hq"}, 422)
    await han.post("gateway/authority-requests", {"country": "US", "recipient": "hq-"}, 400)
    await town.work_off()
    assert await town.count("select count(*) from ops.alarm where code = 'gateway.authority_blocked'") == 1


@pytest.mark.parametrize("role", ["agency", "support"])
async def test_who_may_not_is_denied(town: Town, role: str) -> None:
    answer = await town.staff.ask("GET", "/staff/v1/gateway/connections", token=await town.clerk(role))
    assert answer.status == 403
