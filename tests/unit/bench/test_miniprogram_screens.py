"""Requests that wait for each other count as round trips; those side by side as one."""

from bench.miniprogram_screens import Exchange, round_trips


def test_requests_one_after_the_other_are_counted_each():
    exchanges = [Exchange("login", 0, 300), Exchange("cart", 301, 602), Exchange("quote", 603, 905)]
    assert round_trips(exchanges) == 3


def test_requests_side_by_side_are_one_round_trip():
    exchanges = [Exchange("login", 0, 300), Exchange("a", 301, 600), Exchange("b", 301, 700), Exchange("c", 650, 950)]
    assert round_trips(exchanges) == 3


def test_nothing_asked_is_no_round_trip():
    assert round_trips([]) == 0
