"""What was asked at a recipient abroad is open here, is answered once, and a wish to be forgotten is carried out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.stories.app.conftest import Town
from yumen.compliance import rights
from yumen.compliance.rights import requests
from yumen.compliance.rights.heard import Answer
from yumen.customer import identity, profile
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import Actor, ActorKind, UnitOfWork


@asynccontextmanager
async def unit(town: Town) -> AsyncIterator[UnitOfWork]:
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", town.handler)) as uow:
        yield uow


async def somebody(town: Town) -> SubjectId:
    visitor = await town.visitor()
    return SubjectId(await town.count("select id from identity.subject where ref = %s", visitor.subject))


async def asked(town: Town, subject: SubjectId, right: str, heard: str = "") -> str:
    """The id of the request that is open afterwards."""
    async with unit(town) as uow:
        await rights.heard.open_request(uow, subject, right, "hq", heard or new_id("hrd"))
    async with unit(town) as uow:
        return (await rights.heard.list_open(uow, "", 10))[-1].id


async def test_a_request_is_open_with_its_clock_until_it_is_answered(town: Town) -> None:
    subject = await somebody(town)
    request = await asked(town, subject, "access")
    async with unit(town) as uow:
        (one,) = await rights.heard.list_open(uow, "", 10)
        assert await rights.heard.list_open(uow, one.id, 10) == []
    assert (one.kind, one.source, one.settled_at, one.answer) == ("access", "hq", None, None)
    assert one.due_at == one.asked_at + timedelta(days=15)
    async with unit(town) as uow:
        await rights.heard.settle(uow, request, Answer.CARRIED_OUT)
    async with unit(town) as uow:
        assert await rights.heard.list_open(uow, "", 10) == []
        (one,) = await requests.list_requests(uow, "", 10)
        assert not (await identity.people.find(uow.conn, uow.handler, [subject]))[subject].erased
    assert (one.answer, one.settled_at is not None, one.erased) == ("carried_out", True, 0)


async def test_the_same_statement_opens_one_request(town: Town) -> None:
    subject, statement = await somebody(town), new_id("hrd")
    assert await asked(town, subject, "copy", statement) == await asked(town, subject, "copy", statement)
    assert await town.count("select count(*) from trail.entry where body like '%%rights.opened%%'") == 1


async def test_a_wish_to_be_forgotten_that_is_carried_out_erases_the_person(town: Town) -> None:
    subject = await somebody(town)
    request = await asked(town, subject, "delete")
    async with unit(town) as uow:
        await rights.heard.settle(uow, request, Answer.CARRIED_OUT)
    assert await town.count("select erased from rights.request where id = %s", request) > 0
    assert await town.count("select count(*) from trail.entry where body like '%%subject.erased%%'") == 1


async def test_whoever_stands_for_the_person_since_is_erased_with_them(town: Town) -> None:
    elder, person = await somebody(town), await somebody(town)
    request = await asked(town, person, "delete")
    async with unit(town) as uow:
        await profile.alias.merge_proved(uow, elder, person)
    async with unit(town) as uow:
        await rights.heard.settle(uow, request, Answer.CARRIED_OUT)
        people = await identity.people.find(uow.conn, uow.handler, [elder, person])
    assert {one.erased for one in people.values()} == {True}


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.NOT_OURS])
async def test_a_wish_to_be_forgotten_that_is_not_carried_out_erases_nobody(town: Town, answer: Answer) -> None:
    subject = await somebody(town)
    request = await asked(town, subject, "delete")
    async with unit(town) as uow:
        await rights.heard.settle(uow, request, answer)
    assert await town.count("select count(*) from trail.entry where body like '%%subject.erased%%'") == 0


async def test_a_request_is_answered_once_and_an_unknown_one_never(town: Town) -> None:
    request = await asked(town, await somebody(town), "explain")
    async with unit(town) as uow:
        await rights.heard.settle(uow, request, Answer.REFUSED)
    for which, code in ((request, "rights.settled_already"), (new_id("rrq"), "rights.request_unknown")):
        with pytest.raises(Problem) as caught:
            async with unit(town) as uow:
                await rights.heard.settle(uow, which, Answer.CARRIED_OUT)
        assert caught.value.code.name == code


async def test_what_is_late_names_the_recipient(town: Town) -> None:
    request = await asked(town, await somebody(town), "correct")
    town.house.work.clock.offset += timedelta(days=15)
    async with unit(town) as uow:
        assert await rights.heard.sources_overdue(uow) == ["hq"]
        await rights.heard.settle(uow, request, Answer.CARRIED_OUT)
        assert await rights.heard.sources_overdue(uow) == []
