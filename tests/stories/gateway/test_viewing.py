"""Views by staff who sit abroad: booked before they are shown, once each, in the same meter as what is sent."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway
from yumen.border import Books, Counter, ViewRule, contracting, figures
from yumen.gateway import viewing
from yumen.gateway.viewing import View, Viewed
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId

PARIS = "FR"


def view(gateway: Gateway, number: int, opened: Sequence[int], reachable: Sequence[int] = ()) -> View:
    seen, near = [SubjectId(one) for one in opened], [SubjectId(one) for one in reachable]
    return View(UUID(int=(0x19A << 112) + (number << 80)), gateway.handler, CONTRACT, PARIS, seen, near)


async def shown(gateway: Gateway, one: View, books: Books = Books.OPENED) -> Viewed:
    rule = ViewRule(books, "Han Mei, data protection", date(2026, 11, 1))
    return await viewing.book_view(gateway.work, replace(gateway.gate, views={gateway.handler: rule}), one)


async def used(gateway: Gateway) -> dict[Counter, int]:
    async with gateway.unit() as uow:
        return {one.counter: one.booked for one in await figures.read(uow, gateway.today.year)}


async def test_opened_and_within_reach_are_counted_apart_and_only_the_decided_one_takes_headroom(
    gateway: Gateway,
) -> None:
    people = await gateway.members(4)
    viewed = await shown(gateway, view(gateway, 1, people[:1], people))
    assert (viewed.opened, viewed.reachable, dict(viewed.refused)) == (frozenset(people[:1]), frozenset(people), {})
    assert await used(gateway) == {Counter.GENERAL: 1, Counter.OPENED: 1, Counter.REACHABLE: 4}
    await shown(gateway, view(gateway, 2, people[1:2], people), Books.REACHABLE)
    assert await used(gateway) == {Counter.GENERAL: 4, Counter.OPENED: 2, Counter.REACHABLE: 4}


async def test_the_same_view_again_books_nothing_and_leaves_one_leaf(gateway: Gateway) -> None:
    people = await gateway.members(2)
    first = await shown(gateway, view(gateway, 1, people))
    rows = await gateway.rows("select key from border.transfer")
    assert await shown(gateway, view(gateway, 1, people)) == first
    assert await gateway.rows("select key from border.transfer") == rows
    assert await gateway.kinds("gateway.viewed") == ["gateway.viewed"]
    (row,) = await gateway.rows("select country, opened, reachable from gateway.view")
    assert (row["country"], row["opened"], row["reachable"]) == (PARIS, 2, 2)


async def test_whoever_was_sent_and_is_seen_counts_once(gateway: Gateway) -> None:
    people = await gateway.members(3)
    await gateway.all_of_it()
    assert (await used(gateway))[Counter.GENERAL] == 3
    await shown(gateway, view(gateway, 1, people))
    assert (await used(gateway))[Counter.GENERAL] == 3
    assert sorted(set(await gateway.states())) == [3, 7]


async def test_whoever_may_not_leave_is_not_shown_and_it_is_said_why(gateway: Gateway) -> None:
    willing, unwilling = await gateway.member(), await gateway.member(agrees=False)
    viewed = await shown(gateway, view(gateway, 1, [willing, unwilling, 404]))
    assert (viewed.opened, viewed.reachable) == (frozenset([willing]), frozenset([willing]))
    assert viewed.refused == {unwilling: "export.separate_consent_missing", 404: "border.subject_unknown"}
    assert (await used(gateway))[Counter.GENERAL] == 1


async def test_nobody_is_shown_beyond_the_line(gateway: Gateway) -> None:
    people = await gateway.members(3)
    await gateway.do(
        "insert into border.meter (handler_id, year, counter, used, adjusted, ceiling) values (%s, %s, 1, 0, 99998, 0)",
        gateway.handler,
        gateway.today.year,
    )
    viewed = await shown(gateway, view(gateway, 1, people))
    assert (len(viewed.opened), set(viewed.refused.values())) == (1, {"export.general_full"})
    assert (await used(gateway))[Counter.OPENED] == 1


async def test_inside_the_mainland_nothing_is_booked_and_an_unknown_place_is_abroad(gateway: Gateway) -> None:
    (person,) = await gateway.members(1)
    here = replace_country(view(gateway, 1, [person]), "CN")
    assert (await viewing.book_view(gateway.work, gateway.gate, here)).opened == {person}
    assert await used(gateway) == {}
    for number, country in enumerate((None, "HK"), 2):
        await shown(gateway, replace_country(view(gateway, number, [person]), country))
    assert await gateway.kinds("gateway.viewed") == ["gateway.viewed"] * 2


def replace_country(one: View, country: str | None) -> View:
    return View(one.id, one.handler, one.contract, country, one.opened, one.reachable)


async def test_without_a_decision_or_a_contract_nobody_is_shown(gateway: Gateway) -> None:
    (person,) = await gateway.members(1)
    with pytest.raises(Problem) as undecided:
        await viewing.book_view(gateway.work, gateway.gate, view(gateway, 1, [person]))
    assert undecided.value.code is viewing.UNDECIDED
    async with gateway.unit() as uow:
        await contracting.end(uow, CONTRACT)
    with pytest.raises(Problem, match="contract_not_in_force"):
        await shown(gateway, view(gateway, 1, [person]))
    assert await used(gateway) == {}


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_seen_the_opened_are_among_those_within_reach(gateway: Gateway, seed: int) -> None:
    """And the meter is the distinct persons of the ledger, whoever was sent beside."""
    chance = random.Random(seed)
    people = await gateway.members(6)
    if chance.random() < 0.5:
        await gateway.all_of_it()
    books = chance.choice(list(Books))
    for number in range(12):
        opened = chance.sample(people, chance.randint(0, 3))
        one = view(gateway, chance.randint(0, number), opened, chance.sample(people, chance.randint(0, 4)))
        viewed = await shown(gateway, one, books)
        assert viewed.opened <= viewed.reachable
    await gateway.all_of_it()
    counted = await used(gateway)
    for counter in Counter:
        (row,) = await gateway.rows(
            "select count(distinct subject_id) as n from border.transfer where verdict = 0 and counters & %s <> 0",
            int(counter),
        )
        assert row["n"] == counted.get(counter, 0)
    assert counted.get(Counter.OPENED, 0) <= counted.get(Counter.REACHABLE, 0)
    (row,) = await gateway.rows(
        "select count(*) as n from (select subject_id from border.transfer where way = 2 and verdict = 0"
        " except select subject_id from border.transfer where way = 3 and verdict = 0) apart"
    )
    assert row["n"] == 0
