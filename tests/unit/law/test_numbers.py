"""The law's numbers are dated, cited, reviewed in time and never ambiguous."""

from datetime import date

import pytest

from yumen.kit.i18n import LANGUAGES, has_text
from yumen.law.numbers import Bound, LawNumber, Tag, Unit, UnknownNumberError, number, numbers, overdue, render


def test_no_review_date_has_passed() -> None:
    assert overdue(numbers(), date.today()) == []  # noqa: DTZ011 — the reader's own calendar decides


def test_a_passed_review_date_is_noticed() -> None:
    assert "retention.network_log" in overdue(numbers(), date(2040, 1, 1))


def test_a_number_is_the_one_in_force_on_the_day() -> None:
    before, after = (
        number("retention.network_log", date(2025, 12, 31)),
        number("retention.network_log", date(2026, 1, 1)),
    )
    assert "art. 21(3)" in before.article("en")
    assert "art. 23(3)" in after.article("en")


def test_a_law_not_yet_in_force_has_no_number() -> None:
    with pytest.raises(UnknownNumberError, match=r"retention\.processing_record on 2021-10-31"):
        number("retention.processing_record", date(2021, 10, 31))


def test_an_unknown_name_is_an_error_and_not_a_default() -> None:
    with pytest.raises(UnknownNumberError):
        number("retention.forever", date(2026, 11, 25))


@pytest.mark.parametrize(
    ("value", "unit", "days"),
    [(3, Unit.YEAR, 1096), (1, Unit.YEAR, 366), (6, Unit.MONTH, 184), (15, Unit.WORKING_DAY, 15), (365, Unit.DAY, 365)],
)
def test_a_period_in_days_never_falls_short_of_the_calendar(value: int, unit: Unit, days: int) -> None:
    assert _number(value, unit).days == days


def test_every_record_cites_an_article_and_an_address() -> None:
    for record in numbers():
        assert all(record.article(language) for language in LANGUAGES), record.name
        assert record.source.startswith("https://"), record.name
        assert record.review_on > record.effective_on, record.name


def test_a_chinese_article_is_chinese_and_an_english_one_is_not() -> None:
    for record in numbers():
        assert "第" in record.article("zh"), record.name
        assert record.article("en").isascii(), record.name


def test_advice_is_never_called_law() -> None:
    assert number("access.key_life", date(2026, 11, 25)).tag is Tag.ADVICE
    assert number("retention.processing_record", date(2026, 11, 25)).tag is Tag.LAW


def test_every_bound_and_unit_in_use_has_a_text() -> None:
    assert [r.name for r in numbers() if not has_text(f"law.{r.bound}.{r.unit}")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_line_for_every_record(language: str) -> None:
    table = render(numbers(), "zh" if language == "zh" else "en")
    assert len(table.splitlines()) == len(numbers()) + 2
    assert "law." not in table.replace("law.cac", "")


def _number(value: int, unit: Unit) -> LawNumber:
    day = date(2026, 1, 1)
    return LawNumber(
        "a.b", value, unit, Bound.AT_LEAST, Tag.LAW, "art. 1", "第一条", "https://example.com", day, day, "x", "x"
    )
