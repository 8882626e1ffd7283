"""Branches are joined, what never runs is left out."""

import pytest


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("let a = 'x'; if (q) a = 'y'; log(a)", "'y' | 'x'"),
        ("let a = 'x'; if (q) { a = 'y' } else { a = 'z' } log(a)", "'y' | 'z'"),
        ("let a = 'x'; if (q) { a = 'y'; throw a } log(a)", "'x'"),
        ("let a = 'x'; a = 'y'; log(a)", "'y'"),
        ("let a = 'x'; for (const i of l) { a = i } log(a)", "'x' | l.[]"),
        ("let a = 'x'; while (q) { a = 'y' } log(a)", "'x' | 'y'"),
        ("let a; switch (q) { case 1: a = 'x'; break; default: a = 'y' } log(a)", "'x' | 'y'"),
        ("let a = 'x'; try { a = q() } catch (e) { a = 'z' } log(a)", "call 0 | 'z'"),
        ("{ const a = 'in' } const a = 'out'; log(a)", "'out'"),
        ("const on = false; if (on) log('never'); log('always')", "'always'"),
        ("if (!true) { log('never') } else { log('always') }", "'always'"),
    ],
)
def test_a_name_holds_what_it_may_hold(logged, source, held):
    assert logged(source) == [held]


def test_what_follows_a_return_is_not_read(logged):
    assert logged("function f() { return 1; log('never') }") == []


def test_a_name_assigned_in_a_callback_holds_every_value(logged):
    assert logged("let a = ''; wait((r) => { a = r }); log(a)") == ["'' | param 1 0"]


def test_functions_are_known_before_their_place(facts_of, tell):
    facts = facts_of("go()\nfunction go() {}")
    assert tell(facts, facts.calls[0].callee) == "function 1"


def test_conditions_around_a_call_are_kept(facts_of):
    facts = facts_of("if (a) { if (b) log(1); else log(2) }")
    inner = [facts.conditions[call.condition] for call in facts.calls]
    assert [(one.text, one.holds) for one in inner] == [("(b)", True), ("(b)", False)]
    assert all(facts.conditions[one.around].text == "(a)" for one in inner)


def test_a_function_knows_the_imports_of_its_file(logged):
    assert logged("import { a } from './m'\nfunction f() { log(a) }\nimport b from './n'\nlog(b)") == [
        "import(./m).a",
        "import(./n).default",
    ]
