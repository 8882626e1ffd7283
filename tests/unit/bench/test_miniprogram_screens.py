"""Requests that wait for each other count as round trips; those side by side as one."""

import pytest

from bench.miniprogram_screens import Air, Exchange, round_trips


def test_requests_one_after_the_other_are_counted_each():
    exchanges = [Exchange("login", 0, 300), Exchange("cart", 301, 602), Exchange("quote", 603, 905)]
    assert round_trips(exchanges) == 3


def test_requests_side_by_side_are_one_round_trip():
    exchanges = [Exchange("login", 0, 300), Exchange("a", 301, 600), Exchange("b", 301, 700), Exchange("c", 650, 950)]
    assert round_trips(exchanges) == 3


def test_nothing_asked_is_no_round_trip():
    assert round_trips([]) == 0


def test_answers_come_after_the_latency_and_share_one_rate() -> None:
    air = Air()
    assert air.arrives_at(10.0, 20_000) == pytest.approx(10.4), "300 ms, then 20,000 of 200,000 bytes a second"
    assert air.arrives_at(10.0, 20_000) == pytest.approx(10.5), "behind the first"
    assert air.arrives_at(11.0, 0) == pytest.approx(11.3)
