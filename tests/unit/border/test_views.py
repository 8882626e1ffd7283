"""A view from abroad is a transfer: counted beside, and taking headroom as the setting says."""

from datetime import date

import pytest

from yumen.border.booking import Way
from yumen.border.verdict import UNLIMITED, Allow, Counter, Hold, Room
from yumen.border.views import Books, ViewRule, as_view, is_abroad

ALLOWED = Allow("export.small", "order16_5_4", Counter.GENERAL, Room(99_999, 0), "order16_8")


def rule(books: Books) -> ViewRule:
    return ViewRule(books, "Han Mei, data protection", date(2026, 11, 1))


@pytest.mark.parametrize(("country", "abroad"), [("CN", False), ("HK", True), ("MO", True), ("FR", True), (None, True)])
def test_where_somebody_sits_is_abroad_until_known(country: str | None, abroad: bool) -> None:
    assert is_abroad(country) is abroad


@pytest.mark.parametrize(
    ("way", "books", "counters"),
    [
        (Way.OPENED, Books.OPENED, Counter.GENERAL | Counter.OPENED),
        (Way.OPENED, Books.REACHABLE, Counter.OPENED),
        (Way.REACHABLE, Books.REACHABLE, Counter.GENERAL | Counter.REACHABLE),
        (Way.REACHABLE, Books.OPENED, Counter.REACHABLE),
    ],
)
def test_both_are_counted_and_one_takes_headroom(way: Way, books: Books, counters: Counter) -> None:
    seen = as_view(ALLOWED, way, rule(books))
    assert isinstance(seen, Allow)
    assert seen.counters == counters
    assert seen.room.general_max == (99_999 if counters & Counter.GENERAL else UNLIMITED)


def test_what_is_held_stays_held() -> None:
    held = Hold("export.notice_missing", "pipl_39")
    assert as_view(held, Way.OPENED, rule(Books.OPENED)) is held
