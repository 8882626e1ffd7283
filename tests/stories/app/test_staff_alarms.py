"""Staff see alarms with their text, of their own handler and of the whole installation, and say what was seen to."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.app.alarms import raise_alarm
from yumen.app.staff_alarms import ROUTES
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind

LATE = "orders.shipping_late"


async def raised(town: Town, code: str, handler: HandlerId) -> None:
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", handler)) as uow:
        await raise_alarm(uow, code, "here")


async def test_an_alarm_is_shown_in_words_until_it_was_seen_to(town: Town) -> None:
    assert len(ROUTES) == 2
    key = await town.clerk("operator")
    for _ in range(2):
        await raised(town, LATE, town.handler)
    (alarm,) = (await town.staff.ask("GET", "/staff/v1/alarms", token=key, language="zh")).json()["items"]
    assert (alarm["code"], alarm["place"], alarm["times"]) == (LATE, "here", 2)
    assert "48 小时" in alarm["text"]
    path = f"/staff/v1/alarms/{alarm['id']}/clear"
    assert (await town.staff.ask("POST", path, token=await town.clerk("auditor"))).status == 403
    assert (await town.staff.ask("POST", path, token=key)).status == 204
    again = await town.staff.ask("POST", path, token=key)
    assert (again.status, again.json()["code"]) == (404, "alarm.not_open")
    assert (await town.staff.ask("GET", "/staff/v1/alarms", token=key)).json()["items"] == []
    (old,) = (await town.staff.ask("GET", "/staff/v1/alarms", query=b"open=false", token=key)).json()["items"]
    assert old["cleared_by"].startswith("stf_")


async def test_what_is_amiss_still_is_raised_again(town: Town) -> None:
    key = await town.clerk("operator")
    await raised(town, LATE, town.handler)
    (alarm,) = (await town.staff.ask("GET", "/staff/v1/alarms", token=key)).json()["items"]
    await town.staff.ask("POST", f"/staff/v1/alarms/{alarm['id']}/clear", token=key)
    await raised(town, LATE, town.handler)
    (fresh,) = (await town.staff.ask("GET", "/staff/v1/alarms", token=key)).json()["items"]
    assert (fresh["id"] > alarm["id"], fresh["times"]) == (True, 1)


async def test_the_alarms_of_another_handler_are_nobody_elses(town: Town) -> None:
    key = await town.clerk("operator")
    await raised(town, LATE, HandlerId(town.handler + 1))
    await raised(town, "trail.unsound", HandlerId(0))
    (shared,) = (await town.staff.ask("GET", "/staff/v1/alarms", token=key)).json()["items"]
    assert shared["code"] == "trail.unsound"
    other = await town.count("select id from ops.alarm where handler_id <> 0")
    assert (await town.staff.ask("POST", f"/staff/v1/alarms/{other}/clear", token=key)).status == 404
