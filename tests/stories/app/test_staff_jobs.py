"""Jobs that failed for good, as staff sees them over HTTP and at the command line."""

from __future__ import annotations

import pytest

from tests.stories.app.conftest import Town, until
from yumen.app import letters
from yumen.kit.db import Role
from yumen.kit.errors import Problem


async def bury(town: Town) -> int:
    """A push whose handling failed until it was given up; answers the letter's number."""
    visitor = await town.visitor()
    await visitor.share_phone()
    async with await town.house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute("revoke delete, update on profile.phone from yumen_app")
        await town.wechat.revoke(town.appid, visitor.person, "8")
        await until(lambda: waiting(town))
        while await waiting(town):
            await owner.execute("update jobs.procrastinate_jobs set scheduled_at = null where status = 'todo'")
            await town.work_off()
        await owner.execute("grant delete, update on profile.phone to yumen_app")
    return await town.count("select id from jobs.procrastinate_jobs where status = 'failed'")


async def waiting(town: Town) -> bool:
    return await town.count("select count(*) from jobs.procrastinate_jobs where status = 'todo'") > 0


async def test_a_dead_letter_is_shown_and_replayed(town: Town) -> None:
    number, key = await bury(town), await town.clerk("engineer")
    listed = (await town.staff.ask("GET", "/staff/v1/jobs/dead", token=key)).json()
    (letter,) = listed["items"]
    assert (letter["id"], letter["name"], letter["code"]) == (number, "wechat.push.handle", "database.42501")
    assert listed["next_cursor"] is None
    (line,) = await letters.list_dead(town.settings, 0, 10)
    assert line.startswith(f"{number} wechat.push.handle database.42501 attempts=")
    assert "  push_id = " in await letters.show(town.settings, number)

    replayed = await town.staff.ask("POST", f"/staff/v1/jobs/{number}/replay", token=key, key="replay-it-once")
    again = await town.staff.ask("POST", f"/staff/v1/jobs/{number}/replay", token=key, key="replay-it-once")
    assert (replayed.status, again.status) == (204, 204)
    await town.work_off()
    assert await town.count("select count(*) from profile.phone") == 0
    assert (await town.staff.ask("GET", "/staff/v1/jobs/dead", token=key)).json()["items"] == []


async def test_a_dead_letter_is_given_up_with_a_reason(town: Town) -> None:
    number, key = await bury(town), await town.clerk("operator")
    path = f"/staff/v1/jobs/{number}/discard"
    refused = await town.staff.ask("POST", path, token=key, json={"reason": "Frau Lin rief an"})
    assert (refused.status, refused.json()["at"]) == (400, "/reason")
    assert (await town.staff.ask("POST", path, token=key, json={"reason": "obsolete"})).status == 204
    gone = await town.staff.ask("POST", path, token=key, json={"reason": "obsolete"})
    assert (gone.status, gone.json()["code"]) == (404, "jobs.no_such_letter")
    with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
        await letters.show(town.settings, number)
    with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
        await letters.replay(town.settings, number, key)
    with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
        await letters.discard(town.settings, number, "obsolete", key)
    assert await town.count("select count(*) from trail.entry where body like '%%job.discarded%%'") == 1


async def test_at_the_command_line_too_a_named_person_acts_and_the_trail_tells_it(town: Town) -> None:
    number, key, looker = await bury(town), await town.clerk("engineer"), await town.clerk("auditor")
    for staff_key, code in (("yk_of_nobody", r"auth\.invalid"), (looker, r"access\.denied")):
        with pytest.raises(Problem, match=code):
            await letters.replay(town.settings, number, staff_key)
    for reason in ("Frau Lin rief an", "13800000000", "a" * 60, "recipient closed"):
        with pytest.raises(Problem, match=r"jobs\.reason_unfit"):
            await letters.discard(town.settings, number, reason, key)
    await letters.replay(town.settings, number, key)
    await town.work_off()
    assert await town.count("select count(*) from trail.entry where body like '%%job.replayed%%'") == 1
