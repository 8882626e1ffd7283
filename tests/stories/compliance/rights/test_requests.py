"""What was asked is written down with what was done, the newest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.app.conftest import Town
from yumen.compliance.rights import requests
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import Actor, ActorKind


async def test_a_copy_waits_half_a_minute_and_a_deletion_says_what_went(town: Town) -> None:
    visitor = await town.visitor()
    await visitor.share_phone()
    subject = SubjectId(await town.count("select id from identity.subject where ref = %s", visitor.subject))
    actor = Actor(ActorKind.SUBJECT, visitor.subject, town.handler)
    work = town.house.work
    async with work.begin(actor) as uow:
        await requests.ask_copy(uow, subject)
    with pytest.raises(Problem) as caught:
        async with work.begin(actor) as uow:
            await requests.ask_copy(uow, subject)
    assert caught.value.code.name == "rights.too_soon"
    assert 1 <= int(caught.value.facts["seconds"]) <= 30
    work.clock.offset += timedelta(seconds=31)
    async with work.begin(actor) as uow:
        await requests.ask_copy(uow, subject)
    async with work.begin(actor) as uow:
        _, done = await requests.ask_deletion(uow, subject)
    async with work.begin(actor) as uow:
        listed = await requests.list_requests(uow, "", 10)
        rest = await requests.list_requests(uow, listed[0].id, 10)
    assert [one.kind for one in listed] == ["delete", "copy", "copy"]
    assert (listed[0].erased, listed[0].kept) == (done.rows, done.kept)
    assert [one.id for one in rest] == [one.id for one in listed[1:]]
