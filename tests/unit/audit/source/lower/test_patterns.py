"""Values are taken apart into names."""

import pytest


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("const { a, b: c, d = 'x' } = v; log(a, c, d)", ["v.a", "v.b", "v.d | 'x'"]),
        ("const { a: { b } } = v; log(b)", ["v.a.b"]),
        ("const { a, ...rest } = v; log(rest)", ["v without a"]),
        ("const [a, , b] = v; log(a, b)", ["v.0", "v.2"]),
        ("let a; ({ a } = v); log(a)", ["v.a"]),
        (
            "function f({ a }, [b], c = 'x', ...d) { log(a, b, c, d) }",
            ["param 1 0.a", "param 1 1.0", "param 1 2 | 'x'", "rest 1 3"],
        ),
    ],
)
def test_a_pattern_gives_each_name_its_part(logged, source, values):
    assert logged(source) == values


def test_parameters_with_types_are_parameters(logged):
    assert logged("function f(this: X, a: string, b?: number, c = 'x') { log(a, b, c) }", "ts") == [
        "param 1 0",
        "param 1 1",
        "param 1 2 | 'x'",
    ]
