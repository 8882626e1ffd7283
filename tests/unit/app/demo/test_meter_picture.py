"""The meter's picture tells the same numbers as the meter, in both languages."""

from dataclasses import replace

from tests.unit.app.demo.test_crossing import GOOD
from yumen.app.demo.meter_picture import WIDTH, border, meter


def test_the_bar_is_as_long_as_the_line_and_never_hides_who_passed():
    bar = meter(GOOD).plain.splitlines()[0]
    assert "99,999 / 99,999" in bar
    assert sum(bar.count(sign) for sign in "▒█·") == WIDTH
    assert bar.count("█") == 1, "five of a hundred thousand are still seen"


def test_an_empty_year_is_an_empty_bar():
    bar = meter(replace(GOOD, booked=0, declared=0)).plain.splitlines()[0]
    assert bar.count("·") == WIDTH


def test_whoever_was_held_or_refused_is_told_with_the_reason():
    said = "\n".join(line.plain for line in border(GOOD))
    assert "1 held by the meter: no more persons may pass this year" in said
    assert "计量器暂缓 1 名" in said
    assert "6 refused: the person has not agreed to the purpose" in said
    assert "recalled from both systems" in said


def test_a_person_who_is_still_there_is_told_loudly():
    said = "\n".join(line.plain for line in border(replace(GOOD, recalled=False)))
    assert "STILL at headquarters" in said
