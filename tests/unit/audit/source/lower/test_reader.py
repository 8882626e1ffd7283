"""Values are numbered once, choices and texts are kept small."""

import pytest

from yumen.audit.source.facts import ALT, CAT, TEXT
from yumen.audit.source.lower import _STEPS, lower
from yumen.audit.source.lower.reader import ALTERNATIVES_MAX, CONDITION_TEXT_MAX, Grammar, Reader


def reader():
    return Reader(b"", _STEPS, Grammar({}, {}, {}))


def test_equal_values_have_one_number():
    one = reader()
    assert one.value((TEXT, "a"), 1) == one.value((TEXT, "a"), 9)


def test_known_neighbours_become_one_text():
    one = reader()
    parts = [one.value((TEXT, "a"), 0), one.value((TEXT, "b"), 0), one.value((14, "x"), 0), one.value((TEXT, "c"), 0)]
    value = one.values[one.joined(parts, 0)]
    assert value[0] == CAT
    assert [one.values[number][1] for number in value[1:]] == ["ab", "x", "c"]


def test_a_choice_leaves_out_what_is_not_known_and_ends_somewhere():
    one = reader()
    numbers = tuple(one.value((TEXT, str(n)), 0) for n in range(20))
    assert one.choice((0, numbers[0], numbers[0]), 0) == numbers[0]
    value = one.values[one.choice(numbers, 0)]
    assert (value[0], len(value) - 1) == (ALT, ALTERNATIVES_MAX)


@pytest.mark.parametrize("letter", ["a", "é", "字", "𠮷"])
def test_of_a_condition_so_many_characters_stay_however_wide_they_are(letter):
    asked = f"x === '{letter * 300}'"
    for source in (f"if ({asked}) f()", f"const y = ({asked}) ? f() : g()"):
        (first, *_) = lower("a.js", source.encode(), "js").conditions
        assert first.text == f"({asked})"[:CONDITION_TEXT_MAX]
