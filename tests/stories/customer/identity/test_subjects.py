"""Persons and who stands for whom: links that can be taken back in any order."""

import asyncio

import pytest

from yumen.customer.identity import subjects
from yumen.kit.errors import Problem

RIVAL = "wx00000000000000b1"


async def person_of(house, subject):
    async with house.unit() as uow:
        return (await subjects.get(uow, subject)).person


async def link(house, loser, winner):
    async with house.unit() as uow:
        return (await subjects.link(uow, loser, winner, "staff")).merge


async def unlink(house, merge):
    async with house.unit() as uow:
        return await subjects.unlink(uow, merge)


async def test_a_subject_is_found_by_its_outside_id_in_its_handler_only(house):
    alice, _ = await house.enrol("oAlice")
    async with house.unit() as uow:
        ref = (await subjects.get(uow, alice)).ref
        assert (await subjects.get_by_ref(uow, ref)).id == alice
    async with house.unit(RIVAL) as uow:
        with pytest.raises(Problem) as caught:
            await subjects.get_by_ref(uow, ref, at="/subject")
        assert (caught.value.code.name, caught.value.at) == ("subject.not_found", "/subject")
        with pytest.raises(Problem):
            await subjects.get(uow, alice)


async def test_a_chain_of_links_ends_in_one_person_and_comes_apart_in_any_order(house):
    a, b, c = [(await house.enrol(f"oShopper{n}"))[0] for n in range(3)]
    ab, bc = await link(house, a, b), await link(house, b, c)
    assert [await person_of(house, one) for one in (a, b, c)] == [c, c, c]
    async with house.unit() as uow:
        assert set(await subjects.family(uow.conn, c)) == {a, b, c}
    await unlink(house, ab)
    assert [await person_of(house, one) for one in (a, b, c)] == [a, c, c]
    ab = await link(house, a, c)
    await unlink(house, bc)
    assert [await person_of(house, one) for one in (a, b, c)] == [c, b, c]
    await unlink(house, ab)
    assert [await person_of(house, one) for one in (a, b, c)] == [a, b, c]


async def test_taking_the_upper_link_back_first_leaves_the_lower_one(house):
    a, b, c = [(await house.enrol(f"oShopper{n}"))[0] for n in range(3)]
    await link(house, a, b)
    bc = await link(house, b, c)
    await unlink(house, bc)
    assert [await person_of(house, one) for one in (a, b, c)] == [b, b, c]


async def test_links_that_make_no_sense_are_refused(house):
    a, b, c = [(await house.enrol(f"oShopper{n}"))[0] for n in range(3)]
    foreign, _ = await house.enrol("oForeign", appid=RIVAL)
    merge = await link(house, a, b)
    for loser, winner, code in (
        (a, a, "merge.same_subject"),
        (a, c, "merge.merged_already"),
        (c, a, "merge.merged_already"),
        (c, foreign, "subject.not_found"),
        (c, 10**9, "subject.not_found"),
    ):
        with pytest.raises(Problem) as caught:
            await link(house, loser, winner)
        assert caught.value.code.name == code
    await unlink(house, merge)
    with pytest.raises(Problem) as caught:
        await unlink(house, merge)
    assert caught.value.code.name == "merge.not_found"


async def test_two_links_at_once_never_make_a_ring(house):
    a, b = [(await house.enrol(f"oShopper{n}"))[0] for n in range(2)]
    outcomes = await asyncio.gather(link(house, a, b), link(house, b, a), return_exceptions=True)
    assert sum(isinstance(outcome, Problem) for outcome in outcomes) == 1
    assert await person_of(house, a) == await person_of(house, b)
