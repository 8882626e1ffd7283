"""The three edges as callers meet them: a whole visit, health, and what happens when something is away."""

from __future__ import annotations

from ipaddress import ip_network

import msgspec
import pytest

from tests.stories.app.conftest import Town
from yumen.app.server import limits
from yumen.kit.db import Role
from yumen.kit.settings import ServerSettings


async def test_a_shopper_visits_and_every_edge_answers(town: Town) -> None:
    visitor = await town.visitor()
    await visitor.answer_notices({"profile"})
    await visitor.share_phone()
    status, profile = await visitor.fill_profile("小梅", "1990-05-17", "CN-SH")
    assert (status, profile["nickname"], profile["has_avatar"]) == (200, "小梅", False)
    key = await town.clerk("auditor")
    await town.publish()
    checkpoint = await town.staff.ask("GET", "/staff/v1/trail/checkpoint", token=key)
    assert (checkpoint.status, checkpoint.body.splitlines()[0]) == (200, b"trail.velvet.example")
    for gate in (town.shopper, town.staff, town.hooks):
        assert (await gate.ask("GET", "/livez")).json() == {"status": "ok", "checks": {}}
        assert (await gate.ask("GET", "/readyz")).json()["checks"] == {"database": "ok", "keys": "ok"}
        document = await gate.ask("GET", "/schema/openapi.json")
        assert (document.status, document.json()["openapi"]) == (200, "3.1.0")


async def test_a_lost_database_is_told_by_name_and_nothing_is_half_done(town: Town) -> None:
    visitor = await town.visitor()
    sessions = await town.count("select count(*) from identity.session")
    code = await town.wechat.login(town.appid, visitor.person)
    for role, lost in ((Role.APP, "database"), (Role.KEYS, "keys")):
        await town.lose(role)
        ready = await town.shopper.ask("GET", "/readyz")
        assert (ready.status, ready.json()["checks"][lost]) == (503, "unavailable")
        assert (await town.shopper.ask("GET", "/livez")).status == 200
        answer = await town.shopper.ask(
            "POST", "/v1/login", json={"app": town.appid, "code": code}, key="lost-database", language="zh"
        )
        await town.restore(role)
        if lost == "database":
            assert (answer.status, answer.json()["code"]) == (503, "database.unavailable")
            assert int(answer.headers["retry-after"]) >= 1
            assert await town.count("select count(*) from identity.session") == sessions
    assert (await town.shopper.ask("GET", "/readyz")).status == 200
    assert (await town.visitor()).token


async def test_wechat_away_is_an_upstream_that_is_unavailable(town: Town) -> None:
    person = await town.person()
    code = await town.wechat.login(town.appid, person.id)
    await town.wechat.trouble(town.appid, "cut")
    refused = await town.shopper.ask("POST", "/v1/login", json={"app": town.appid, "code": code}, language="zh")
    assert refused.status == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert await town.count("select count(*) from identity.subject") == 0
    await town.wechat.end_troubles(town.appid)
    again = await town.shopper.ask("POST", "/v1/login", json={"app": town.appid, "code": code}, language="zh")
    assert again.status == 200, again.body


async def test_each_request_leaves_one_line_without_personal_values(town: Town) -> None:
    visitor = await town.visitor()
    town.log.clear()
    await town.shopper.ask("GET", "/v1/me", token=visitor.token, query=b"phone=13800000000")
    (line,) = [msgspec.json.decode(each) for each in town.log]
    assert (line["edge"], line["route"], line["status"], line["actor"]) == ("shopper", "/v1/me", 200, visitor.subject)
    assert b"13800000000" not in town.log[0]


def test_the_limits_are_shared_among_the_workers() -> None:
    bounds = limits(ServerSettings(workers=4, subject_per_minute_max=240, trusted_proxies=("10.0.0.1",)))
    assert bounds.rates["actor"].per_second == 1
    assert bounds.rates["actor"].burst == 240
    assert bounds.proxies == (ip_network("10.0.0.1"),)
    assert (bounds.body_max, bounds.bulk_max) == (64 * 1024, 2 * 1024 * 1024)


FULL = """
create function public.full_disk() returns trigger language plpgsql as
$$ begin raise exception 'No space left on device' using errcode = '53100'; end $$;
create trigger full_disk before insert on {table} for each row execute function public.full_disk()
"""


@pytest.mark.parametrize("table", ["identity.session", "trail.entry"])
async def test_a_full_disk_is_told_as_unavailable_and_leaves_nothing_half_written(town: Town, table: str) -> None:
    visitor = await town.visitor()
    tables = ("identity.session", "identity.subject", "trail.entry", "profile.phone")
    before = [await town.count(f"select count(*) from {each}") for each in tables]
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute(FULL.format(table=table))  # what PostgreSQL says when it cannot write (53100)
    pressed = await town.wechat.phone(town.appid, visitor.person)
    newcomer = await town.person()
    for person in (visitor.person, newcomer.id):
        body = {"app": town.appid, "code": await town.wechat.login(town.appid, person)}
        refused = await town.shopper.ask("POST", "/v1/login", json=body, key=f"full-disk-{person}", language="zh")
        assert (refused.status, refused.json()["code"]) == (503, "database.unavailable")
    phone = await town.shopper.ask(
        "POST", "/v1/phone", json={"code": pressed.code}, token=visitor.token, key="full-disk-phone"
    )
    if table == "trail.entry":
        assert (phone.status, phone.json()["code"]) == (503, "database.unavailable")
        assert [await town.count(f"select count(*) from {each}") for each in tables] == before
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute(f"drop trigger full_disk on {table}")
    assert (await town.visitor(newcomer)).enrolled
