"""Entries sum to zero, take what ends first, and never take what is not there."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.loyalty.movement import (
    Account,
    Books,
    Entry,
    Lot,
    credited,
    ended,
    restored,
    reversed_earning,
    taken,
)
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ALICE, TWIN = SubjectId(1), SubjectId(2)

lots = st.lists(
    st.builds(
        lambda number, subject, days, left, expired: Lot(
            number, subject, NOW + timedelta(days=days), left, expired if days < 0 else 0
        ),
        st.integers(1, 10**6), st.sampled_from([ALICE, TWIN]), st.integers(-30, 900).filter(bool),
        st.integers(0, 1000), st.integers(0, 1000),
    ),
    max_size=8,
    unique_by=lambda lot: lot.id,
).map(lambda made: sorted(made, key=lambda lot: (lot.expires_at, lot.id)))  # fmt: skip
books = st.builds(Books, lots, st.fixed_dictionaries({ALICE: st.integers(0, 500), TWIN: st.integers(0, 500)}))


def total(entries, *accounts):
    return sum(entry.points for entry in entries if not accounts or entry.account in accounts)


@given(books, st.integers(1, 3000))
def test_what_is_given_pays_what_is_owed_first(held, points):
    entries = credited(held, Lot(7, ALICE, NOW, 0), points, Account.ISSUED)
    assert total(entries) == 0
    assert total(entries, Account.OWED) == min(points, sum(held.owed.values()))
    assert all(entry.points > 0 for entry in entries if entry.account is not Account.ISSUED)


@given(books, st.integers(1, 3000))
def test_what_is_taken_is_there_and_ends_first(held, points):
    live = held.live(NOW)
    if points > sum(lot.left for lot in live):
        with pytest.raises(Problem, match=r"loyalty\.points_insufficient"):
            taken(held, ALICE, points, Account.REDEEMED, NOW)
        return
    entries = taken(held, ALICE, points, Account.REDEEMED, NOW)
    assert total(entries) == 0
    drawn = {entry.lot: -entry.points for entry in entries if entry.account is Account.MEMBER}
    assert sum(drawn.values()) == points
    emptied = [drawn.get(lot.id, 0) == lot.left for lot in live]
    touched = [lot.id in drawn for lot in live]
    assert touched == sorted(touched, reverse=True)
    assert all(emptied[: sum(touched) - 1])


@given(books, st.integers(1, 3000), st.data())
def test_what_was_earned_is_taken_back_whole(held, points, data):
    origin = data.draw(st.sets(st.sampled_from([lot.id for lot in held.lots]))) if held.lots else set()
    entries = reversed_earning(held, ALICE, sorted(origin), points, NOW)
    assert total(entries) == 0
    assert total(entries, Account.ISSUED) == points
    left = {lot.id: lot.left for lot in held.lots}
    for entry in entries:
        if entry.account is Account.MEMBER:
            left[entry.lot] += entry.points
    assert min(left.values(), default=0) >= 0
    if total(entries, Account.OWED):
        assert not any(left[lot.id] for lot in held.live(NOW))


def test_points_that_ended_unspent_are_not_taken_a_second_time():
    lot = Lot(1, ALICE, NOW - timedelta(days=1), left=0, expired=60)
    entries = reversed_earning(Books([lot], {ALICE: 0}), ALICE, [1], 100, NOW)
    assert entries == [
        Entry(Account.EXPIRED, ALICE, -60, 1),
        Entry(Account.OWED, ALICE, -40),
        Entry(Account.ISSUED, ALICE, 100),
    ]


@given(books, st.data())
def test_what_was_redeemed_goes_back_where_it_came_from(held, data):
    out = {lot.id: data.draw(st.integers(0, 100)) for lot in held.lots}
    points = data.draw(st.integers(0, sum(out.values())))
    entries = restored(held, ALICE, out, points)
    assert total(entries) == 0
    back = {entry.lot: entry.points for entry in entries if entry.account is Account.MEMBER}
    assert all(points <= out[lot] for lot, points in back.items())


def test_those_that_end_last_come_back_first():
    soon, late = (Lot(n, ALICE, NOW + timedelta(days=n), 0) for n in (1, 2))
    entries = restored(Books([soon, late], {ALICE: 0}), ALICE, {1: 50, 2: 50}, 60)
    assert {entry.lot: entry.points for entry in entries if entry.lot} == {2: 50, 1: 10}


def test_a_lot_that_ended_is_booked_away():
    entries = ended(Lot(1, ALICE, NOW, 30))
    assert entries == [Entry(Account.MEMBER, ALICE, -30, 1), Entry(Account.EXPIRED, ALICE, 30, 1)]
