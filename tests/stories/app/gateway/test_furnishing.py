"""A house with a recipient in its settings: the gate is wired, acts are written down, jobs and alarms are known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import settings_for
from yumen.app.databases import Databases, reachable
from yumen.app.gateway import duties
from yumen.app.gateway.furnishing import FINDERS, OPENERS, view_rule, young
from yumen.app.wiring import House, furnished
from yumen.border import Books, authority
from yumen.border.standing import CHILD, MINOR
from yumen.customer import identity, loyalty, profile
from yumen.gateway import Gate, connections
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs.worker import WorkerOptions, run_worker
from yumen.kit.settings import Handler, RecipientSettings, Secret, Settings
from yumen.kit.work import Actor, ActorKind
from yumen.security.datamap import DataMap

RECIPIENT = RecipientSettings(
    handler="velvet",
    contract="members-crm",
    connector="hubspot",
    url="https://api.hubapi.com",
    external_id="member_no",
    fields=("Member_No=member_no",),
    secret=Secret("pat-eu1-made-up"),
    salt=Secret("pepper"),
)


@dataclass
class Furnished:
    house: House
    databases: Databases
    settings: Settings

    @property
    def handler(self) -> HandlerId:
        return self.house.work.use(identity.Apps).all()[0].handler

    def unit(self):  # type: ignore[no-untyped-def]
        return self.house.work.begin(Actor(ActorKind.SYSTEM, "test", self.handler))

    async def work_off(self) -> None:
        await run_worker(
            self.house.work, self.house.jobs, self.databases.jobs_url, WorkerOptions(until_idle=True),
            tell=lambda line: None,
        )  # fmt: skip

    async def rows(self, query: str) -> list[dict[str, object]]:
        async with await self.house.database.connect(Role.OWNER) as owner:
            return await (await owner.execute(query)).fetchall()


@pytest.fixture
async def furniture(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Furnished]:
    urls = await cluster.create_pair()
    try:
        plain = settings_for(urls, tmp_path, "http://127.0.0.1:9", "wx" + "a" * 16, "x" * 32)
        settings = msgspec.structs.replace(plain, recipient={"hq": RECIPIENT})
        async with reachable(settings) as databases, furnished(settings, databases) as house:
            yield Furnished(house, databases, settings)
    finally:
        await cluster.drop_pair(urls)


async def enrol(furniture: Furnished, n: int = 1) -> SubjectId:
    async with await furniture.house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute(
            "insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)"
            " values (%s, %s, 'sub_' || lpad(%s::text, 26, '0'), now(), now())",
            (n, furniture.handler, n),
        )
    async with furniture.unit() as uow:
        await loyalty.card.enrol(uow, SubjectId(n))
    return SubjectId(n)


async def test_the_recipient_of_the_settings_is_there_with_its_salt(furniture: Furnished) -> None:
    gate = furniture.house.work.use(Gate)
    (recipient,) = gate.recipients.all()
    assert (recipient.handler, recipient.contract, recipient.salt) == (furniture.handler, "members-crm", b"pepper")


async def test_an_act_is_written_down_where_there_is_a_recipient(furniture: Furnished) -> None:
    person = await enrol(furniture)
    assert [row["subject_id"] for row in await furniture.rows("select subject_id from gateway.change")] == [person]


async def test_every_opener_and_finder_is_of_a_field_of_the_data_map(furniture: Furnished) -> None:
    known = {field.address for field in furniture.house.work.use(DataMap).fields()}
    assert OPENERS.keys() <= known
    assert FINDERS.keys() <= OPENERS.keys()


async def test_the_age_of_young_people_is_a_fact_of_theirs(furniture: Furnished) -> None:
    child, grown = await enrol(furniture, 1), await enrol(furniture, 2)
    async with furniture.unit() as uow:
        born = uow.now.date().replace(year=uow.now.year - 8, day=1)
        await profile.minors.declare(uow, child, born)
        assert await young(uow, [child, grown]) == {child: MINOR | CHILD}


async def test_a_request_of_a_foreign_authority_raises_the_alarm(furniture: Furnished) -> None:
    async with furniture.unit() as uow:
        request = await authority.block(uow, "US", "hq")
    await furniture.work_off()
    (alarm,) = await furniture.rows("select code, place from ops.alarm")
    assert (alarm["code"], alarm["place"]) == ("gateway.authority_blocked", request)


async def test_a_stopped_connection_raises_the_alarm_and_is_counted(furniture: Furnished) -> None:
    async with furniture.unit() as uow:
        await uow.emit(connections.Stopped(furniture.handler, "members-crm", "INVALID_FIELD"))
    async with furniture.unit() as uow:
        await uow.emit(connections.Stopped(furniture.handler, "members-crm", "INVALID_FIELD"))
    await furniture.work_off()
    (alarm,) = await furniture.rows("select code, place, times from ops.alarm")
    assert (alarm["code"], alarm["place"], alarm["times"]) == ("gateway.connection_stopped", "members-crm", 2)


@pytest.mark.parametrize(
    "job", [duties.WAKE, duties.RECOUNT, duties.SWEEP, duties.LOOK_AHEAD, duties.OVERDUE, duties.RESYNC]
)
async def test_every_job_of_the_clock_runs_on_an_empty_house(furniture: Furnished, job: str) -> None:
    known = furniture.house.jobs.known[job]
    await known.run(furniture.house.work, {"handler": furniture.handler})
    assert (known.cron is None) == (job == duties.RESYNC)
    assert await furniture.rows("select code from ops.alarm") == []


async def test_a_late_recall_names_its_recipient(furniture: Furnished) -> None:
    async with await furniture.house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute(
            "with p as (insert into gateway.presence (handler_id, contract, subject_id, sealed_for_id, external_sealed,"
            " external_index) values (%(h)s, 'members-crm', 1, 1, 'x', decode(repeat('00', 16), 'hex')) returning id)"
            " insert into gateway.recall (id, handler_id, contract, presence_id, subject_id, reason, planned_at,"
            " due_at, state, next_at) select 'rcl_' || repeat('0', 26), %(h)s, 'members-crm', id, 1, 'export.erased',"
            " now(), now() - interval '1 day', 'people', now() from p",
            {"h": furniture.handler},
        )
    await furniture.house.jobs.known[duties.OVERDUE].run(furniture.house.work, {})
    (alarm,) = await furniture.rows("select code, place from ops.alarm")
    assert (alarm["code"], alarm["place"]) == ("gateway.recalls_overdue", "members-crm")


@pytest.mark.parametrize(
    ("given", "books"),
    [
        ({}, None),
        ({"views": "opened", "views_decided_by": "Han Mei", "views_decided_on": "2026-11-01"}, Books.OPENED),
        ({"views": "reachable", "views_decided_by": "Han Mei", "views_decided_on": "2026-11-01"}, Books.REACHABLE),
    ],
)
def test_whom_a_view_from_abroad_books_is_what_somebody_decided(given: dict[str, str], books: Books | None) -> None:
    rule = view_rule("velvet", Handler(name="Velvet", **given))  # type: ignore[arg-type]
    assert (None if rule is None else rule.books) == books


@pytest.mark.parametrize(
    "given", [{}, {"views_decided_by": "Han Mei"}, {"views_decided_by": "Han Mei", "views_decided_on": "2026-13-41"}]
)
def test_a_decision_without_who_and_when_is_none(given: dict[str, str]) -> None:
    with pytest.raises(Problem, match="views_unsigned"):
        view_rule("velvet", Handler(name="Velvet", views="opened", **given))  # type: ignore[arg-type]
