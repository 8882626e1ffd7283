"""A sentence of the demo stands in both languages, and goes on below its own beginning."""

import pytest
from rich.console import Console

from yumen.app.demo.sentences import both, heading, two, under, yuan


def printed(shown: object, width: int = 80) -> list[str]:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(shown)
    return [line.rstrip() for line in captured.get().splitlines()]


@pytest.mark.parametrize(
    ("fen", "read"),
    [(0, "¥0"), (118_000, "¥1,180"), (118_050, "¥1,180.50"), (5, "¥0.05"), (1_245_600_00, "¥1,245,600")],
)
def test_money_is_read_in_yuan_and_fen_only_where_there_are_some(fen, read):
    assert yuan(fen) == read


def test_english_stands_above_chinese():
    english, chinese = printed(both("border.recalled"))
    assert "took the yes back" in english
    assert "撤回" in chinese
    assert two("place", "hongkong", between=" ") == "Hong Kong 香港"


def test_what_does_not_fit_goes_on_below_its_beginning():
    lines = printed(under("one two three four five six"), width=14)
    assert len(lines) > 1
    assert all(line.startswith("  ") and not line.startswith("   ") for line in lines)


def test_a_heading_stands_at_the_edge():
    assert printed(heading("trail")) == ["The trail  留痕"]
