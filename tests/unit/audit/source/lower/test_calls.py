"""Calls, and what is waited for."""


def test_call_and_apply_hand_on_their_arguments(logged):
    assert logged("log.call(this, a, b); log.apply(this, c)") == ["a", "b", "...c"]


def test_bind_is_the_function_itself(logged):
    assert logged("log(f.bind(this))") == ["f"]


def test_a_required_module_is_an_import(logged):
    assert logged("log(require('./a').b)") == ["import(./a).*.b"]


def test_what_is_waited_for_is_what_comes_and_is_noted(facts_of, logged):
    assert logged("async () => { log(await a) }") == ["a"]
    facts = facts_of("async function f() { await a(); if (b) { await c() } }")
    assert [(one.inside, one.condition >= 0) for one in facts.awaits] == [(1, False), (1, True)]
    assert all(
        one.start < call.start < call.end == one.end for one, call in zip(facts.awaits, facts.calls, strict=True)
    )
