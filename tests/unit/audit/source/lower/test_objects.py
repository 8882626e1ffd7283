"""Objects and arrays."""

import pytest


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("log([a, ...b])", "[a, ...b]"),
        ("log([a, /* said */ b])", "[a, b]"),
        ("log({ a, 'b': 1, ['c']: 2, ...d })", "{a: a, b: 1, c: 2, ...d}"),
        ("log({ [`f.${x}`]: 1 })", "{f.[]: 1}"),
    ],
)
def test_it_is_told(logged, source, value):
    assert logged(source) == [value]


def test_a_getter_is_its_result(facts_of, tell):
    facts = facts_of("const a = { get b() { return 'x' } }")
    (call,) = facts.calls
    assert tell(facts, call.callee) == "function 1"
