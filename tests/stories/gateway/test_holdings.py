"""A person is told to whom abroad their data went; an erasure reaches there."""

from __future__ import annotations

from tests.stories.gateway.conftest import CONTRACT, Gateway
from yumen.gateway.holdings import erase, hand_over


async def test_the_copy_says_who_abroad_knows_the_person_and_how(gateway: Gateway) -> None:
    person, other = await gateway.members(2)
    await gateway.all_of_it()
    await gateway.withdraw(other)
    await gateway.all_of_it()
    async with gateway.unit() as uow:
        told = await hand_over(uow, person)
        assert await hand_over(uow, other) == {}
    (entry,) = told["external_id"]  # type: ignore[misc]
    assert (entry["contract"], entry["external_id"]) == (CONTRACT, await gateway.number_of(person))
    assert (entry["being_recalled"], entry["arrived_at"] is not None) == (False, True)


async def test_an_erasure_keeps_the_name_only_to_take_the_person_back(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.all_of_it()
    async with gateway.unit() as uow:
        erased = await erase(uow, person)
    assert (erased.rows, erased.kept) == (0, 1)
    async with gateway.unit() as uow:
        assert (await hand_over(uow, person))["external_id"][0]["being_recalled"]  # type: ignore[index]
