"""The meter's picture tells the same numbers as the meter, in both languages."""

from dataclasses import replace

from rich.console import Console, Group

from tests.unit.app.demo.test_crossing import GOOD
from yumen.app.demo.crossing import Crossed
from yumen.app.demo.meter_picture import WIDTH, border, meter


def said(crossed: Crossed) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(Group(*border(crossed)))
    return captured.get()


def test_the_bar_is_as_long_as_the_line_and_never_hides_who_passed():
    bar = meter(GOOD).plain
    assert "99,999 / 99,999" in bar
    assert sum(bar.count(sign) for sign in "▒█·") == WIDTH
    assert bar.count("█") == 1, "five of a hundred thousand are still seen"


def test_an_empty_year_is_an_empty_bar():
    assert meter(replace(GOOD, booked=0, declared=0)).plain.count("·") == WIDTH


def test_the_sentence_below_the_bar_says_how_many_are_left():
    assert "99,994 declared beside the gate, 5 through it, 0 left" in said(GOOD)
    assert "剩余 0" in said(GOOD)


def test_whoever_was_held_or_refused_is_told_with_the_reason():
    assert "1 held by the meter: no more persons may pass this year" in said(GOOD)
    assert "计量器暂缓 1 名" in said(GOOD)
    assert "6 refused: the person has not agreed to the purpose" in said(GOOD)
    assert "recalled from both systems" in said(GOOD)


def test_a_person_who_is_still_there_is_told_loudly():
    assert "STILL at headquarters" in said(replace(GOOD, recalled=False))
