"""A request heard abroad reaches the staff's list by itself, is answered there, and calls when nobody does."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.app.conftest import Town
from yumen.app.asked_abroad import overdue_job
from yumen.gateway.inbound import RightRequestedAbroad
from yumen.kit.ids import new_id
from yumen.kit.work import Actor, ActorKind

PATH = "/staff/v1/rights/requests"


async def heard(town: Town, right: str) -> None:
    visitor = await town.visitor()
    subject = await town.count("select id from identity.subject where ref = %s", visitor.subject)
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", town.handler)) as uow:
        await uow.emit(RightRequestedAbroad(town.handler, subject, right, "hq", new_id("hrd")))
    await town.work_off()


async def test_staff_find_it_open_answer_it_and_it_is_gone(town: Town) -> None:
    await heard(town, "delete")
    key = await town.clerk("compliance")
    (one,) = (await town.staff.ask("GET", PATH, query=b"open=true", token=key)).json()["items"]
    assert (one["kind"], one["source"], one["answer"]) == ("delete", "hq", None)
    path = f"{PATH}/{one['id']}/settle"
    looking = await town.clerk("auditor")
    assert (await town.staff.ask("POST", path, token=looking, json={"answer": "refused"})).status == 403
    assert (await town.staff.ask("POST", path, token=key, json={"answer": "perhaps"})).status == 400
    assert (await town.staff.ask("POST", path, token=key, json={"answer": "carried_out"})).status == 204
    assert (await town.staff.ask("GET", PATH, query=b"open=true", token=key)).json()["items"] == []
    (one,) = (await town.staff.ask("GET", PATH, token=key)).json()["items"]
    assert (one["answer"], one["erased"] > 0) == ("carried_out", True)


async def test_nobody_answering_in_time_raises_an_alarm_with_the_recipients_name(town: Town) -> None:
    await heard(town, "access")
    await overdue_job(town.house.work, {})
    assert await town.count("select count(*) from ops.alarm where code = 'rights.overdue'") == 0
    town.house.work.clock.offset += timedelta(days=15, minutes=1)
    await overdue_job(town.house.work, {})
    assert await town.count("select count(*) from ops.alarm where code = 'rights.overdue' and place = 'hq'") == 1
