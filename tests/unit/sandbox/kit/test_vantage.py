from random import Random
from statistics import mean

import pytest

from yumen.sandbox.kit.vantage import STAYED_HOME, VANTAGES, find_vantage, travel


def added(name: str, *, new: bool = False, hour: int = 10, size: int = 1000) -> list[float]:
    place, dice = VANTAGES[name], Random(1)
    return [travel(place, size, dice, new_connection=new, beijing_hour=hour).added_s for _ in range(2000)]


def test_nothing_is_added_at_home():
    assert travel(VANTAGES["none"], 10**9, Random(1), new_connection=True, beijing_hour=20) is STAYED_HOME


def test_the_farther_the_slower():
    assert mean(added("mainland")) < 0.03 < mean(added("hongkong")) < 0.07
    assert 0.2 < mean(added("frankfurt")) < 0.3


def test_a_new_connection_costs_two_more_round_trips():
    assert mean(added("frankfurt", new=True)) > 2.8 * 0.23


def test_a_lost_segment_shows_as_a_jump():
    times = added("frankfurt")
    lost = [t for t in times if t > 0.5]
    assert 0.01 < len(lost) / len(times) < 0.03


def test_evenings_are_throttled_from_europe_only():
    evening, morning = mean(added("frankfurt", hour=21, size=125_000)), mean(added("frankfurt", size=125_000))
    assert evening - morning == pytest.approx(0.9, abs=0.05)
    assert mean(added("mainland", hour=21, size=125_000)) < 0.06


def test_resets_are_rare_and_from_europe_only():
    dice = Random(2)
    resets = {
        name: sum(travel(p, 1, dice, new_connection=False, beijing_hour=1).reset for _ in range(20_000))
        for name, p in VANTAGES.items()
    }
    assert 2 <= resets["frankfurt"] <= 25
    assert resets["mainland"] == resets["hongkong"] == resets["none"] == 0


def test_places_go_by_their_names():
    assert find_vantage("europe") is VANTAGES["frankfurt"]
    assert find_vantage("") is VANTAGES["none"]
    assert find_vantage("moon") is None
