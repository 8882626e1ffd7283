"""A copy is everything of one person and nothing of another, and printing it betrays nothing."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.compliance.rights.copying import Part, copy
from yumen.kit.ids import SubjectId
from yumen.kit.work import Actor, ActorKind


async def test_the_empty_handed_get_only_what_login_made(town: Town) -> None:
    visitor, neighbour = await town.visitor(), await town.visitor()
    await neighbour.answer_notices({"profile"})
    await neighbour.fill_profile("小梅", "1990-05-17", "CN-SH")
    subject = SubjectId(await town.count("select id from identity.subject where ref = %s", visitor.subject))
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", town.handler)) as uow:
        parts = await copy(uow, subject)
    assert {part.holding for part in parts} == {"identity.alias", "identity.session"}
    assert "小梅" not in str([dict(part.values) for part in parts])


def test_a_part_shows_no_value() -> None:
    assert repr(Part("profile.phone", {"phone": "+8616900000001"})) == "Part(profile.phone)"
