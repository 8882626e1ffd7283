"""Through which calls a value is looked at."""

from yumen.audit.source.context import DEPTH_MAX, Contexts, Key


def test_equal_contexts_are_one():
    contexts = Contexts()
    assert contexts.make(Key(0, 1), 0, 2, None, None) is contexts.make(Key(0, 1), 0, 2, None, None)


def test_a_closure_knows_the_call_around_it():
    contexts = Contexts()
    outer = contexts.make(Key(0, 1), 0, 2, None, None)
    inner = contexts.make(Key(0, 3), 0, 4, None, outer)
    assert inner.of(Key(0, 1)) is outer
    assert inner.of(Key(0, 9)) is None


def test_a_chain_of_calls_ends():
    contexts, context = Contexts(), None
    for call in range(DEPTH_MAX + 3):
        context = contexts.make(Key(0, call), 0, call, context, None)
        if context is None:
            break
    assert call == DEPTH_MAX
