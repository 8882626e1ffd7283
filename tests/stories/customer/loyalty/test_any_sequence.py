"""Whatever is done in whatever order, the ledger sums to zero, nothing is negative, and reversals restore."""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stories.customer.loyalty.play import ACTS, Player

steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 120), st.integers(0, 20)), min_size=3, max_size=14)
NUMBERS = count(1)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(played=steps)
async def test_any_sequence_of_acts_leaves_sound_books(club, played):
    player = Player(club, await club.member(f"oPlayer{next(NUMBERS)}"))
    for step in played:
        await player.play(step)
        await player.check()
    found = await club.recount()
    assert found.sound
    assert sum(found.totals.values()) == 0


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ends=st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True), spent=st.integers(1, 50))
async def test_spending_and_taking_it_back_restores_every_lot(club, ends, spent):
    person = await club.member(f"oPlayer{next(NUMBERS)}")
    for days in ends:
        await club.earn(person, 10, club.in_days(days))
    before, spend = await club.lots(person), club.source("spend")
    if spent > await club.points(person):
        return
    await club.redeem(person, spent, spend)
    after = await club.lots(person)
    assert sum(after) == sum(before) - spent
    assert [left == 0 for left in after] == sorted((left == 0 for left in after), reverse=True)
    await club.reverse(spend)
    assert await club.lots(person) == before
