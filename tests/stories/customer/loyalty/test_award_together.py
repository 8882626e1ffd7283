"""Points that are given to many at once are those that each would be given alone."""

from tests.stories.customer.loyalty.test_award import ONE_A_YUAN, TEA
from yumen.customer.identity import subjects
from yumen.customer.identity.login import doorkeeper
from yumen.customer.loyalty import Due, Source, award_together
from yumen.customer.loyalty.earning import Line, Rules


async def give(club, dues):
    async with club.house.work.begin(doorkeeper(club.house.handler), pipelined=True) as uow:
        return await award_together(uow, "order", dues)


async def test_each_earns_by_the_rules_of_the_moment_and_is_told_why(club):
    people = [await club.member(f"oPerson{number}") for number in range(4)]
    await club.adopt(Rules(points=1, per_fen=100, first_purchase_points=50))
    await club.earn(people[0], 10)
    now = club.house.clock.now()
    dues = [Due(person, f"o.{100 + at}", now, [Line("tea", 1_000 * at)]) for at, person in enumerate(people, 1)]
    assert await give(club, dues) == {"o.101", "o.102", "o.103", "o.104"}
    assert [await club.points(person) for person in people] == [20, 70, 80, 90]
    (posting,) = await club.house.rows("select explanation from loyalty.posting where reference = 'o.104'")
    assert [(line["reason"], line["points"], line["version"]) for line in posting["explanation"]] == [
        ("amount", 40, 1),
        ("first_purchase", 50, 1),
    ]
    assert (await club.recount()).sound


async def test_what_somebody_owes_is_paid_first(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.adopt(ONE_A_YUAN)
    source = Source("order", "o.900")
    await club.earn(alice, 30, source=source)
    await club.redeem(alice, 30)
    await club.reverse(source)
    assert await club.owed(alice) == 30
    now = club.house.clock.now()
    await give(club, [Due(alice, "o.1", now, TEA), Due(bob, "o.2", now, TEA)])
    assert (await club.points(alice), await club.owed(alice), await club.points(bob)) == (70, 0, 100)
    assert (await club.recount()).sound


async def test_who_comes_twice_and_what_was_booked_before_is_left_for_award(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.adopt(ONE_A_YUAN)
    await club.earn(bob, 5, source=Source("order", "o.2"))
    now = club.house.clock.now()
    dues = [Due(alice, "o.1", now, TEA), Due(bob, "o.2", now, TEA), Due(alice, "o.3", now, TEA)]
    assert await give(club, dues) == {"o.1"}
    assert (await club.points(alice), await club.points(bob)) == (100, 5)


async def test_without_membership_or_enough_nothing_is_booked_and_it_is_settled(club):
    stranger, _ = await club.house.enrol("oStranger")
    alice = await club.member()
    await club.adopt(ONE_A_YUAN)
    now = club.house.clock.now()
    assert await give(club, [Due(stranger, "o.1", now, TEA), Due(alice, "o.2", now, [Line("tea", 99)])]) == {
        "o.1",
        "o.2",
    }
    assert await club.house.leaves("points.earned") == []


async def test_after_a_merge_the_person_is_given_what_either_bought(club):
    alice, twin, bob = await club.member(), await club.member("oTwin"), await club.member("oBob")
    await club.adopt(ONE_A_YUAN)
    async with club.house.unit() as uow:
        await subjects.link(uow, twin, alice, "staff")
    now = club.house.clock.now()
    assert await give(club, [Due(twin, "o.1", now, TEA), Due(bob, "o.2", now, TEA)]) == {"o.1", "o.2"}
    assert (await club.points(alice), await club.points(bob)) == (100, 100)


async def test_points_that_somebody_else_holds_are_not_waited_for(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.adopt(ONE_A_YUAN)
    await club.earn(alice, 1)
    now = club.house.clock.now()
    async with club.house.unit() as uow:
        await uow.conn.execute("select 1 from loyalty.balance where subject_id = %s for update", (alice,))
        assert await give(club, [Due(alice, "o.1", now, TEA), Due(bob, "o.2", now, TEA)]) == {"o.2"}
    assert await give(club, [Due(alice, "o.1", now, TEA)]) == {"o.1"}
    assert (await club.points(alice), await club.points(bob)) == (101, 100)
