"""Coupons are given by batch or by code, never more than the limits allow."""

import asyncio

import pytest

from tests.stories.customer.loyalty.test_coupon_book import define, states
from yumen.customer.identity import subjects
from yumen.customer.loyalty import CouponBatchBegun, card, coupon_book, coupon_issue
from yumen.kit.errors import Problem


async def codes_of(club, definition, count):
    async with club.house.staff() as uow:
        return await coupon_issue.make_codes(uow, definition, count)


async def claim(club, person, code):
    async with club.house.unit() as uow:
        return await coupon_issue.claim(uow, person, code)


async def begin(club, definition, reference="spring", tier=None):
    async with club.house.staff() as uow:
        return await coupon_issue.begin_batch(uow, definition, reference, tier)


async def work_off(club, batch):
    await coupon_issue.issue_batch_job(club.house.work, {"batch": batch, "handler": club.house.handler})


async def issued(club, definition):
    (row,) = await club.house.rows(
        "select d.issued, (select count(*) from loyalty.coupon c where c.definition_id = d.id) as there"
        " from loyalty.coupon_definition d where d.id = %s",
        definition,
    )
    assert row["issued"] == row["there"]
    return row["issued"]


async def test_a_code_gives_one_coupon_once_however_it_is_typed(club):
    alice, bob = await club.member(), await club.member("oBob")
    (code,) = await codes_of(club, await define(club), 1)
    await claim(club, alice, code.replace("-", " ").lower())
    with pytest.raises(Problem, match=r"coupon\.code_unknown"):
        await claim(club, bob, code)
    assert (await states(club, alice), await states(club, bob)) == (["issued"], [])


async def test_codes_are_nowhere_in_clear(club):
    (code,) = await codes_of(club, await define(club), 1)
    (row,) = await club.house.rows("select code_hash from loyalty.coupon_code")
    assert bytes(row["code_hash"]) == coupon_issue.hash_of(code)
    assert len({coupon_issue.new_code() for _ in range(500)}) == 500


async def test_the_limits_hold_under_many_at_once(club):
    definition = await define(club, per_person_max=2, total_max=7)
    people = [await club.member(f"oPerson{number}") for number in range(4)]
    codes = await codes_of(club, definition, 16)
    tries = [claim(club, people[number % 4], code) for number, code in enumerate(codes)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = {str(one).split()[0] for one in done if isinstance(one, Problem)}
    assert await issued(club, definition) == 7
    assert refused <= {"coupon.sold_out", "coupon.person_limit"}
    assert sum(isinstance(one, str) for one in done) == 7
    assert max([len(await states(club, person)) for person in people]) == 2


async def test_a_refused_code_can_be_used_by_somebody_else(club):
    alice, bob = await club.member(), await club.member("oBob")
    first, second = await codes_of(club, await define(club), 2)
    await claim(club, alice, first)
    with pytest.raises(Problem, match=r"coupon\.person_limit"):
        await claim(club, alice, second)
    await claim(club, bob, second)


async def test_a_limit_holds_for_all_subjects_of_a_person(club):
    alice, twin = await club.member(), await club.member("oTwin")
    first, second = await codes_of(club, await define(club), 2)
    await claim(club, twin, first)
    async with club.house.unit() as uow:
        await subjects.link(uow, twin, alice, "staff")
    with pytest.raises(Problem, match=r"coupon\.person_limit"):
        await claim(club, alice, second)


async def test_nothing_is_given_of_what_is_closed_or_over(club):
    alice, definition = await club.member(), await define(club)
    (code,) = await codes_of(club, definition, 1)
    async with club.house.staff() as uow:
        await coupon_book.close(uow, definition)
    with pytest.raises(Problem, match=r"coupon\.not_open"):
        await claim(club, alice, code)
    with pytest.raises(Problem, match=r"coupon\.not_open"):
        await begin(club, definition)


async def test_tries_are_counted_and_end_with_the_hour(club):
    alice = await club.member()
    for _ in range(coupon_issue.ATTEMPTS_PER_HOUR_MAX):
        async with club.house.unit() as uow:
            await coupon_issue.count_attempt(uow, alice)
    with pytest.raises(Problem, match=r"coupon\.attempts_limit"):
        async with club.house.unit() as uow:
            await coupon_issue.count_attempt(uow, alice)
    club.pass_days(1 / 24)
    async with club.house.unit() as uow:
        await coupon_issue.count_attempt(uow, alice)


async def test_a_batch_gives_every_member_one_and_a_repeat_changes_nothing(club):
    people = [await club.member(f"oPerson{number}") for number in range(5)]
    await club.house.enrol("oStranger")
    definition = await define(club, per_person_max=3)
    batch = await begin(club, definition)
    assert await begin(club, definition) == batch
    assert [event for event in club.house.ear.heard if isinstance(event, CouponBatchBegun)] == [
        CouponBatchBegun(batch, club.house.handler)
    ]
    await asyncio.gather(work_off(club, batch), work_off(club, batch))
    await work_off(club, batch)
    assert await issued(club, definition) == 5
    assert [await states(club, person) for person in people] == [["issued"]] * 5
    with pytest.raises(Problem, match=r"coupon\.batch_used"):
        await begin(club, await define(club))


async def test_a_batch_that_was_interrupted_goes_on(club):
    for number in range(3):
        await club.member(f"oPerson{number}")
    batch = await begin(club, await define(club))

    class CrashError(Exception):
        pass

    with pytest.raises(CrashError):
        async with club.house.unit() as uow:
            await coupon_issue.issue_chunk(uow, batch)
            raise CrashError
    assert await club.house.rows("select id from loyalty.coupon") == []
    await work_off(club, batch)
    (row,) = await club.house.rows("select issued, done_at is not null as done from loyalty.coupon_batch")
    assert (row["issued"], row["done"]) == (3, True)


async def test_a_batch_stops_at_the_total_and_skips_who_has_enough(club):
    people = [await club.member(f"oPerson{number}") for number in range(5)]
    definition = await define(club, total_max=4)
    (code,) = await codes_of(club, definition, 1)
    await claim(club, people[0], code)
    await work_off(club, await begin(club, definition))
    assert await issued(club, definition) == 4
    assert [len(await states(club, person)) for person in people] == [1, 1, 1, 1, 0]


async def test_a_batch_for_a_tier_reaches_nobody_else(club):
    alice = await club.member()
    await club.member("oBob")
    async with club.house.unit() as uow:
        assert (await card.get(uow, alice)).standing.tier == ""
    definition = await define(club)
    await work_off(club, await begin(club, definition, tier="gold"))
    assert await issued(club, definition) == 0
