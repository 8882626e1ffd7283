"""A member has one number, and a code that is good for a minute, once."""

import asyncio

import pytest

from yumen.customer.identity import subjects
from yumen.customer.loyalty import MemberEnrolled, card
from yumen.kit.errors import Problem


async def enrol(club, person):
    async with club.house.unit() as uow:
        return await card.enrol(uow, person)


async def show(club, person):
    async with club.house.unit() as uow:
        return (await card.show_code(uow, person))[0]


async def read(club, code):
    async with club.house.staff() as uow:
        return (await card.read_code(uow, code)).id


async def test_enrolling_twice_makes_one_member(club):
    alice, _ = await club.house.enrol("oAlice")
    assert [await enrol(club, alice), await enrol(club, alice)] == [True, False]
    assert await club.house.leaves("loyalty.enrolled") == [("loyalty.enrolled", alice)]
    assert [event for event in club.house.ear.heard if isinstance(event, MemberEnrolled)] == [
        MemberEnrolled(alice, club.house.handler)
    ]


async def test_enrolling_at_once_makes_one_member(club):
    alice, _ = await club.house.enrol("oAlice")
    assert sorted(await asyncio.gather(*(enrol(club, alice) for _ in range(4)))) == [False, False, False, True]


async def test_the_number_is_sealed_and_found_by_staff(club):
    alice = await club.member()
    async with club.house.unit() as uow:
        number = await card.number_of(uow, await card.get(uow, alice))
    (row,) = await club.house.rows("select number_sealed, number_index from loyalty.member")
    assert number.encode() not in bytes(row["number_sealed"])
    async with club.house.staff() as uow:
        found = await card.find_by_number(uow, f"{number[:4]} {number[4:]}")
    assert found.id == alice
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    async with club.house.staff() as uow:
        with pytest.raises(Problem, match=r"loyalty\.number_unfit"):
            await card.find_by_number(uow, wrong)
        assert await card.find_by_number(uow, card.new_number()) is None


async def test_a_code_is_read_once(club):
    alice = await club.member()
    code = await show(club, alice)
    assert await read(club, code) == alice
    with pytest.raises(Problem, match=r"loyalty\.card_code_unknown"):
        await read(club, code)
    assert await club.house.leaves("loyalty.card_read") == [("loyalty.card_read", alice)]


async def test_a_code_ends_after_a_minute_and_with_the_next_one(club):
    alice = await club.member()
    first = await show(club, alice)
    second = await show(club, alice)
    with pytest.raises(Problem, match=r"loyalty\.card_code_unknown"):
        await read(club, first)
    club.pass_days(61 / 86_400)
    with pytest.raises(Problem, match=r"loyalty\.card_code_unknown"):
        await read(club, second)


async def test_a_stranger_has_no_card(club):
    stranger, _ = await club.house.enrol("oStranger")
    with pytest.raises(Problem, match=r"loyalty\.not_member"):
        await show(club, stranger)


async def test_after_a_merge_both_are_the_person_who_was_kept(club):
    alice, twin = await club.member(), await club.member("oTwin")
    async with club.house.unit() as uow:
        kept = await card.number_of(uow, await card.get(uow, alice))
        await subjects.link(uow, twin, alice, "staff")
    async with club.house.unit() as uow:
        member = await card.get(uow, twin)
        assert (member.person, await card.number_of(uow, member)) == (alice, kept)
