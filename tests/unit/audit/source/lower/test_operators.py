"""Operators."""

import pytest


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("log('a' + 'b' + c)", "('ab' + c)"),
        ("log(a || 'x')", "a | 'x'"),
        ("log(a ? 'x' : 'y')", "'x' | 'y'"),
        ("log(false ? 'x' : 'y')", "'y'"),
        ("log(false && a)", "False"),
        ("log(a === b)", "?"),
        ("log(typeof a)", "?"),
        ("log(a * 2)", "(a + 2)"),
        ("let a = 'x'; a += b; log(a)", "('x' + b)"),
        ("let a = null; a ??= 'x'; log(a)", "None | 'x'"),
    ],
)
def test_it_is_told(logged, source, value):
    assert logged(source) == [value]


def test_a_call_knows_the_question_before_it(facts_of):
    facts = facts_of("a ? f() : g(); b ? 1 : 2")
    said = [(facts.conditions[call.condition].text, facts.conditions[call.condition].holds) for call in facts.calls]
    assert (said, len(facts.conditions)) == ([("a", True), ("a", False)], 2)
