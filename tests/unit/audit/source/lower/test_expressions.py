"""Expressions become values."""

import pytest


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("log('a' + 'b' + c)", "('ab' + c)"),
        ("log(a || 'x')", "a | 'x'"),
        ("log(a ? 'x' : 'y')", "'x' | 'y'"),
        ("log(false ? 'x' : 'y')", "'y'"),
        ("log(a === b)", "?"),
        ("log(typeof a)", "?"),
        ("log(a * 2)", "(a + 2)"),
        ("log(a?.b?.['c'])", "a.b.c"),
        ("log(a[i])", "a.[]"),
        ("log([a, ...b])", "[a, ...b]"),
        ("log({ a, 'b': 1, ['c']: 2, ...d })", "{a: a, b: 1, c: 2, ...d}"),
        ("log({ [`f.${x}`]: 1 })", "{f.[]: 1}"),
        ("log((a, b))", "b"),
        ("log(require('./a').b)", "import(./a).*.b"),
        ("let a = 'x'; a += b; log(a)", "('x' + b)"),
        ("let a = null; a ??= 'x'; log(a)", "None | 'x'"),
        ("async () => { log(await a) }", "a"),
        ("log(f.bind(this))", "f"),
    ],
)
def test_an_expression_is_told(logged, source, value):
    assert logged(source) == [value]


def test_types_are_looked_through(logged):
    assert logged("log((a as B)!, <C>d, e satisfies F)", "ts") == ["a", "d", "e"]


def test_call_and_apply_hand_on_their_arguments(logged):
    assert logged("log.call(this, a, b); log.apply(this, c)") == ["a", "b", "...c"]


def test_stores_and_exports_are_noted(facts_of, tell):
    facts = facts_of("a.b.c = 'x'; module.exports = { d: 1 }; exports.e = 2")
    assert [(tell(facts, one.base), one.name, tell(facts, one.value)) for one in facts.stores] == [("a.b", "c", "'x'")]
    assert {name: tell(facts, one) for name, one in facts.exports.items()} == {"*": "{d: 1}", "e": "2"}


def test_a_getter_is_its_result(facts_of, tell):
    facts = facts_of("const a = { get b() { return 'x' } }")
    (call,) = facts.calls
    assert tell(facts, call.callee) == "function 1"
