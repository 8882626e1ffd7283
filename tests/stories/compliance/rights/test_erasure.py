"""Erasing a person takes every membership holding away, orders the key destroyed, and keeps what law keeps."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.compliance.rights import erase
from yumen.kit.ids import SubjectId
from yumen.kit.work import Actor, ActorKind


async def test_an_erased_person_leaves_no_row_and_one_leaf(town: Town) -> None:
    visitor, neighbour = await town.visitor(), await town.visitor()
    for each in (visitor, neighbour):
        await each.answer_notices({"profile"})
        await each.share_phone()
        await each.fill_profile("小梅", "1990-05-17", "CN-SH")
    subject = SubjectId(await town.count("select id from identity.subject where ref = %s", visitor.subject))
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", town.handler)) as uow:
        done = await erase(uow, subject, "test")
    assert done.rows >= 3
    assert done.kept >= 1, "the answers to notices are evidence"
    for table in ("profile.phone", "profile.detail"):
        assert await town.count(f"select count(*) from {table}") == 1
        assert await town.count(f"select count(*) from {table} where subject_id = %s", subject) == 0
    assert await town.count("select count(*) from trail.entry where body like '%%subject.erased%%'") == 1
    await town.work_off()
    assert await town.count("select count(*) from vault.shredding where done_at is not null") == 1
    assert (await town.api.must("GET", "/v1/profile", neighbour.token))["nickname"] == "小梅"
