"""Imports and exports."""

import pytest


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("import a, { b, c as d } from 'm'; log(a, b, d)", ["import(m).default", "import(m).b", "import(m).c"]),
        ("import * as a from 'm'; log(a.b)", ["import(m).*.b"]),
    ],
)
def test_an_import_is_a_value(logged, source, values):
    assert logged(source) == values


def test_every_form_of_export_is_kept(facts_of, tell):
    lines = (
        "export const a = 'x'",
        "export function f() {}",
        "const b = 'y'",
        "export { b as c }",
        "export { d } from './m'",
        "export * from './n'",
        "export * as e from './o'",
        "export default b",
    )
    facts = facts_of("\n".join(lines))
    assert {name: tell(facts, one) for name, one in facts.exports.items()} == {
        "a": "'x'",
        "f": "function 1",
        "c": "'y'",
        "d": "import(./m).d",
        "e": "import(./o).*",
        "default": "'y'",
    }
    assert facts.passed_on == ["./n"]


def test_typescript_exports_a_whole_module(facts_of, tell):
    facts = facts_of("import x = require('y')\nexport = x", "ts")
    assert tell(facts, facts.exports["*"]) == "import(y).*"
