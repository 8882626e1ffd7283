"""When a packet arrives, and whether it does."""

import argparse

from bench.link import BAD, Conditions, Outage
from bench.link.conditions import Way, chosen, options

CLEAN = Conditions(round_trip_s=0.2, loss=0, rate=1e6, queue_s=0.1)


def test_a_packet_takes_its_length_and_half_a_round_trip() -> None:
    way = Way(CLEAN, 1)
    assert way.arrival(0, 1250) == 0.01 + 0.1


def test_packets_wait_for_one_another_and_what_does_not_fit_the_queue_is_lost() -> None:
    way = Way(CLEAN, 1)
    arrivals = [way.arrival(0, 1250) for _ in range(13)]
    assert [round(at, 6) for at in arrivals if at is not None] == [round(0.1 + 0.01 * n, 6) for n in range(1, 12)]
    assert arrivals[11:] == [None, None]


def test_as_many_are_lost_as_was_asked() -> None:
    way = Way(Conditions(loss=0.05, rate=1e12), 7)
    lost = sum(way.arrival(n, 100) is None for n in range(20_000))
    assert 900 < lost < 1100


def test_jitter_never_changes_the_order() -> None:
    way = Way(Conditions(round_trip_s=0.1, jitter_s=0.1, loss=0, rate=1e9), 1)
    arrivals = [way.arrival(n / 1000, 100) or 0 for n in range(500)]
    assert arrivals == sorted(arrivals)
    assert len({round(at - n / 1000, 3) for n, at in enumerate(arrivals)}) > 10


def test_a_blackout_loses_and_a_stall_holds_back() -> None:
    dark = Way(Conditions(loss=0, blackout=Outage(10, 2)), 1)
    assert [dark.arrival(at, 100) is None for at in (0, 9, 10, 11.9, 12.1, 20.5)] == [
        False, False, True, True, False, True,
    ]  # fmt: skip
    slow = Way(Conditions(round_trip_s=0, loss=0, rate=1e12, stall=Outage(10, 2)), 1)
    assert round(slow.arrival(10.5, 100) or 0, 3) == 12.0
    assert round(slow.arrival(13, 100) or 0, 3) == 13.0


def test_a_cut_loses_everything_for_a_while() -> None:
    way = Way(CLEAN, 1)
    way.down_until = 5
    assert way.arrival(4.9, 100) is None
    assert way.arrival(5.0, 100) is not None


def test_conditions_survive_their_json() -> None:
    worse = Conditions(stall=Outage(60, 5), blackout=Outage(86_400, 1800), reset_every_s=30)
    assert Conditions.from_json(worse.to_json()) == worse
    assert Conditions.from_json(BAD.to_json()) == BAD


def test_the_command_line_says_the_same() -> None:
    parser = argparse.ArgumentParser()
    options(parser)
    assert chosen(parser.parse_args([])) == BAD
    asked = parser.parse_args(["--round-trip-ms", "100", "--loss-percent", "1", "--mbit", "5", "--stall", "60", "5"])
    assert chosen(asked) == Conditions(round_trip_s=0.1, loss=0.01, rate=5e6, stall=Outage(60, 5))
