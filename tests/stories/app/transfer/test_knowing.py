"""Whom another system means, and what is told of people when they move on."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.transfer.conftest import bring, openid, row
from tests.stories.customer.conftest import VELVET_CLUB, House
from yumen.app.transfer import again
from yumen.app.transfer.fields import EXTERNAL, PAST_ORDER
from yumen.app.transfer.knowing import known_members
from yumen.app.transfer.opening import opened
from yumen.customer.identity import subjects
from yumen.kit.ids import SubjectId
from yumen.security import vault


async def no_pause(_: float) -> None:
    raise AssertionError("nothing is spent")


async def test_a_name_means_the_person_after_merges_and_only_at_its_source(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1), row(2)])
    first, second = [(await house.come_back(openid(number)))[0].subject for number in (1, 2)]
    async with house.unit() as uow:
        await subjects.link(uow, second, first, "unionid")
        assert await known_members(uow, "youzan", ["yz-2", "yz-9", "yz-1"]) == [first, None, first]
        assert await known_members(uow, "sap", ["yz-1"]) == [None]


async def test_a_person_is_told_once_for_each_name_with_what_they_told(house: House, tmp_path: Path) -> None:
    people = [
        row(1, unionid="unionid-of-the-first"),
        row(2, external_id="yz-1", app=VELVET_CLUB),
        row(3, openid="", app=""),
    ]
    await bring(house, tmp_path, people)
    lines = [line async for line in again.sheets(house.unit, no_pause)["members"]]
    assert [(line.get("openid"), line["phone"]) for line in lines] == [
        (openid(1), "+8613800000001"), (openid(2), "+8613800000001"), (None, "+8613800000003"),
    ]  # fmt: skip
    assert len({str(line["external_id"]) for line in lines}) == 2
    assert not any("nickname" in line for line in lines)


async def test_values_are_opened_in_order_and_the_destroyed_are_none(house: House) -> None:
    people = [(await house.enrol(openid(number)))[0] for number in range(3)]
    async with house.unit() as uow:
        sealed = await vault.seal_many(uow, [(person, EXTERNAL, f"x-{person}") for person in people])
    await house.vault.keyring.shred([people[1]], EXTERNAL.retention)
    places = [(person, EXTERNAL, one) for person, one in zip(people, sealed, strict=True)]
    stranger = (SubjectId(999_999), EXTERNAL, sealed[0])
    assert await opened(house.unit, [*places, stranger], no_pause) == [
        f"x-{people[0]}".encode(), None, f"x-{people[2]}".encode(), None,
    ]  # fmt: skip
    assert PAST_ORDER.retention is not EXTERNAL.retention
