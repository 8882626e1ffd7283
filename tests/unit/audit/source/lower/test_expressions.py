"""Expressions become values."""

import pytest


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("log(a?.b?.['c'])", "a.b.c"),
        ("log(a[i])", "a.[]"),
        ("log((a, b))", "b"),
    ],
)
def test_an_expression_is_told(logged, source, value):
    assert logged(source) == [value]


def test_types_are_looked_through(logged):
    assert logged("log((a as B)!, <C>d, e satisfies F)", "ts") == ["a", "d", "e"]


def test_stores_and_exports_are_noted(facts_of, tell):
    facts = facts_of("a.b.c = 'x'; module.exports = { d: 1 }; exports.e = 2")
    assert [(tell(facts, one.base), one.name, tell(facts, one.value)) for one in facts.stores] == [("a.b", "c", "'x'")]
    assert {name: tell(facts, one) for name, one in facts.exports.items()} == {"*": "{d: 1}", "e": "2"}
