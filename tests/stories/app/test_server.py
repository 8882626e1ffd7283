"""The three edges as callers meet them: a whole visit, health, and what happens when something is away."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.app.server import limits
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
    assert (await town.hooks.ask("GET", "/livez")).status == 200
