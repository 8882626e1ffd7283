"""Names and what they hold."""

from yumen.audit.source.lower.scopes import Binding, Scope


def test_a_name_is_found_in_the_nearest_scope():
    outer = Scope(None, 0, is_whole=True)
    inner = Scope(outer, 0, is_whole=False)
    outer.names["a"], inner.names["a"] = Binding(0, 0, False), Binding(0, 1, False)
    assert inner.find("a") is inner.names["a"]
    assert outer.find("a") is outer.names["a"]
    assert inner.find("b") is None


def test_a_block_belongs_to_the_function_around_it():
    whole = Scope(None, 0, is_whole=True)
    function = Scope(whole, 1, is_whole=True)
    block = Scope(function, 1, is_whole=False)
    assert (block.whole, function.whole, whole.whole) == (function, function, whole)
