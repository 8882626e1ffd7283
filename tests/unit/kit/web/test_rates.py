"""A limiter lets a burst through, then the average, and forgets keys rather than grow."""

from __future__ import annotations

from yumen.kit.web.rates import KEYS_MAX, Rate, Rates


class Hand:
    """A clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def test_a_burst_passes_and_the_next_waits() -> None:
    rates = Rates({"actor": Rate(per_second=2, burst=3)}, Hand())
    assert [rates.count("actor", "a") for _ in range(3)] == [0, 0, 0]
    assert rates.count("actor", "a") == 1


def test_time_gives_the_right_back() -> None:
    hand = Hand()
    rates = Rates({"actor": Rate(per_second=2, burst=1)}, hand)
    assert rates.count("actor", "a") == 0
    assert rates.count("actor", "a") > 0
    hand.at_s = 0.5
    assert rates.count("actor", "a") == 0


def test_refused_requests_do_not_push_the_door_further_away() -> None:
    hand = Hand()
    rates = Rates({"actor": Rate(per_second=1, burst=1)}, hand)
    for _ in range(50):
        rates.count("actor", "a")
    hand.at_s = 1.0
    assert rates.count("actor", "a") == 0


def test_one_key_does_not_spend_another_ones_right() -> None:
    rates = Rates({"actor": Rate(per_second=1, burst=1)}, Hand())
    assert (rates.count("actor", "a"), rates.count("actor", "b")) == (0, 0)


def test_what_has_no_rate_is_not_counted() -> None:
    rates = Rates({}, Hand())
    assert [rates.count("address", "x") for _ in range(1000)] == [0] * 1000


def test_the_memory_is_bounded() -> None:
    rates = Rates({"actor": Rate(per_second=1, burst=1)}, Hand())
    for number in range(KEYS_MAX + 10):
        rates.count("actor", str(number))
    assert rates.count("actor", "0") == 0, "the oldest key was forgotten"
    assert rates.count("actor", str(KEYS_MAX + 9)) > 0, "the newest was kept"
