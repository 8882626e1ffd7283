"""The ways out are those of the day."""

from datetime import date

import pytest

from yumen.law.articles import articles
from yumen.law.crossborder import (
    exemptions,
    find_exemption,
    find_mechanism,
    find_zone_row,
    mechanisms,
    overdue,
    zone_rows,
)
from yumen.law.numbers import number


def test_no_review_date_has_passed() -> None:
    assert overdue(date.today()) == []  # noqa: DTZ011 — the reader's own calendar decides


def test_a_passed_review_date_is_noticed() -> None:
    assert {"assessment", "small", "beijing.membership"} <= set(overdue(date(2040, 1, 1)))


@pytest.mark.parametrize(
    ("name", "day_before"),
    [
        ("assessment", date(2022, 8, 31)),
        ("standard_contract", date(2023, 5, 31)),
        ("certification", date(2025, 12, 31)),
    ],
)
def test_a_mechanism_exists_from_its_day_on(name: str, day_before: date) -> None:
    assert find_mechanism(name, day_before) is None
    assert find_mechanism(name, date.fromordinal(day_before.toordinal() + 1)) is not None


def test_there_was_no_exemption_before_order_16() -> None:
    names = {one.name for one in exemptions()}
    assert {name for name in names if find_exemption(name, date(2024, 3, 21))} == set()
    assert {name for name in names if find_exemption(name, date(2024, 3, 22))} == names


def test_the_article_of_a_mechanism_is_that_of_the_day() -> None:
    before, after = (find_mechanism("standard_contract", day) for day in (date(2024, 3, 21), date(2024, 3, 22)))
    assert (before and before.article, after and after.article) == ("order13_4", "order16_8")


def test_a_zone_row_is_found_from_its_day_on() -> None:
    assert find_zone_row("beijing", "retail", "membership", date(2026, 5, 7)) is None
    row = find_zone_row("beijing", "retail", "membership", date(2026, 5, 8))
    assert row is not None
    assert row.general_listed is None, "its numbers were not found, so it must free nothing"


def test_an_unknown_place_or_scenario_has_no_row() -> None:
    assert find_zone_row("atlantis", "retail", "membership", date(2026, 11, 1)) is None
    assert find_zone_row("beijing", "retail", "racing", date(2026, 11, 1)) is None


def test_every_line_cites_what_exists_and_speaks_both_languages() -> None:
    for one in (*mechanisms(), *exemptions()):
        assert one.article in articles(), one.name
        assert one.text("en").isascii(), one.name
        assert not one.text("zh").isascii(), one.name
        if one.validity:
            assert number(one.validity, one.effective_on).value > 0
    for row in zone_rows():
        assert row.source.startswith("https://")
