"""How far a filing reaches and how long it lives is the law of the day."""

from datetime import date

import pytest

from tests.unit.border.samples import TODAY, filed, filing, unchecked
from yumen.border.headroom import NOTHING, find_filing, lapses_on, room_of, route_needed, serves, small_room
from yumen.border.standing import Mechanisms, Route
from yumen.border.verdict import Room


def test_without_a_filing_one_less_than_the_first_threshold_and_nobody_sensitive() -> None:
    assert small_room(TODAY) == Room(99_999, 0)
    assert small_room(date(2024, 3, 21)) == NOTHING


@pytest.mark.parametrize(
    ("general", "sensitive", "route"),
    [
        (0, 0, "exempt"),
        (99_999, 0, "exempt"),
        (100_000, 0, "filing"),
        (0, 1, "filing"),
        (999_999, 9_999, "filing"),
        (1_000_000, 0, "assessment"),
        (0, 10_000, "assessment"),
    ],
)
def test_the_thresholds_include_their_number(general: int, sensitive: int, route: str) -> None:
    assert route_needed(general, sensitive, Mechanisms(), TODAY) == route


def test_an_operator_of_critical_infrastructure_is_always_assessed() -> None:
    assert route_needed(0, 0, Mechanisms(critical=True), TODAY) == "assessment"


def test_before_order_16_every_export_needed_a_filing_and_a_big_handler_an_assessment() -> None:
    day = date(2023, 7, 1)
    assert route_needed(1, 0, Mechanisms(), day) == "filing"
    assert route_needed(100_000, 0, Mechanisms(), day) == "assessment"
    assert route_needed(1, 0, Mechanisms(persons_held=1_000_000), day) == "assessment"


def test_a_standard_contract_reaches_to_one_below_the_assessment() -> None:
    assert room_of(filing("standard_contract"), Mechanisms(), TODAY) == Room(999_999, 9_999)
    assert room_of(filing("standard_contract"), Mechanisms(critical=True), TODAY) == NOTHING


def test_an_assessment_reaches_as_far_as_it_approved() -> None:
    assert room_of(filing("assessment", general_max=5, sensitive_max=2), Mechanisms(), TODAY) == Room(5, 2)


def test_a_list_without_numbers_frees_nobody() -> None:
    assert room_of(filing("zone_list", zone="shanghai"), Mechanisms(), TODAY) == NOTHING
    assert room_of(filing("zone_list", zone="guangxi"), Mechanisms(), TODAY).zone_max == 999_999


@pytest.mark.parametrize(
    ("route", "issued_on", "last"),
    [
        ("assessment", "2022-09-01", date(2024, 8, 31)),
        ("assessment", "2024-03-22", date(2027, 3, 21)),
        ("assessment", "2028-02-29", date(2031, 2, 28)),
        ("certification", "2026-01-01", date(2028, 12, 31)),
        ("standard_contract", "2026-01-01", None),
    ],
)
def test_a_filing_lives_as_long_as_the_law_of_its_day_says(route: str, issued_on: str, last: date | None) -> None:
    assert lapses_on(filing(route, issued_on=issued_on), TODAY) == last


def test_the_earliest_end_counts() -> None:
    early = filing("assessment", ends_on="2027-01-31", revoked_on="2026-12-02")
    assert lapses_on(early, TODAY) == date(2026, 12, 1)
    assert serves(early, date(2026, 12, 1))
    assert not serves(early, date(2026, 12, 2))


def test_a_contract_finds_the_filing_that_it_names() -> None:
    contract = unchecked(mechanism=filed("standard_contract"))
    other, own = filing("standard_contract", number="F-2"), filing("standard_contract")
    assert find_filing(contract, (other, own), Route.STANDARD_CONTRACT) == own
    assert find_filing(contract, (other,), Route.STANDARD_CONTRACT) is None
    assert find_filing(contract, (own,), Route.ASSESSMENT) is None
