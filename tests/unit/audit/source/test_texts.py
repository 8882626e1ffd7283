"""What text a value can be."""

import pytest

from yumen.audit.source.texts import TEXTS_MAX, texts


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("out('a' + 'b')", [("ab", True)]),
        ("out('https://a.example/' + x)", [("https://a.example/", False)]),
        ("const b = q ? 'x' : 'y'; out(b + '/z')", [("x/z", True), ("y/z", True)]),
        ("out('http://a'.replace('http:', 'https:'))", [("https://a", True)]),
        ("out('a'.concat('b').trim())", [("ab", True)]),
        ("out(x)", [("", False)]),
    ],
)
def test_a_text_is_worked_out_as_far_as_it_is_known(page, source, found):
    program = page(source)
    values = program.flows_found.values
    (call,) = [call for call in program.facts[0].calls if program.facts[0].values[call.callee] == (14, "out")]
    assert [tuple(one) for one in texts(values, 0, call.args[0])] == found


def test_texts_are_bounded(page):
    parts = " + ".join(f"(q ? 'a{n}' : 'b{n}')" for n in range(10))
    program = page(f"out({parts})")
    (call,) = [call for call in program.facts[0].calls if program.facts[0].values[call.callee] == (14, "out")]
    assert len(texts(program.flows_found.values, 0, call.args[0])) <= TEXTS_MAX
