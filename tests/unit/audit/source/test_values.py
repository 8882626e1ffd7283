"""Values are followed through names, modules, objects, calls."""

import pytest

from yumen.audit.source.facts import TEXT
from yumen.audit.source.fields import DEPTH_MAX
from yumen.audit.source.indexes import API, Thing
from yumen.audit.source.values import THINGS_MAX, Values


def ends(program, name="out"):
    """Where the arguments of `out(…)` end: names of the interface and texts."""
    values: Values = program.flows_found.values
    found = []
    for path, file, number in program.flows_found.links.named:
        if path == name:
            for argument in program.facts[file].calls[number].args:
                found += values.things(file, argument)
    return [values.value(one)[1] if values.op(one) == TEXT else str(values.api(one) or "?") for one in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("const a = wx; out(a.login)", ["wx.login"]),
        ("const { request: r } = uni; out(r)", ["wx.request"]),
        ("const o = { a: { b: 'x' } }; out(o.a.b)", ["x"]),
        ("const o = { ...{ a: 'x' }, b: 'y' }; out(o.a)", ["x"]),
        ("const o = {}; o.a = 'x'; out(o.a)", ["x"]),
        ("const l = ['x', 'y']; out(l[1], l[i])", ["y", "x", "y"]),
        ("const f = (a) => a; out(f('x'), f('y'))", ["x", "y"]),
        ("const f = (a) => () => a; out(f('x')())", ["x"]),
        ("class A { b = 'x'; c() { return this.b } }\nout(new A().c())", ["x"]),
        ("class A { constructor(b) { this.b = b } }\nout(new A('x').b)", ["x"]),
        ("class A { b = 'x' }\nclass C extends A {}\nout(new C().b)", ["x"]),
        ("out(Object.assign({}, { a: 'x' }).a)", ["x"]),
        ("const a = Promise.all([f(), Promise.resolve('x')]).then(([, b]) => b); out(a)", ["x"]),
        ("wx.setStorageSync('k', 'x'); out(wx.getStorageSync('k'))", ["x"]),
        ("import T from '@tarojs/taro'\nout(T.login)", ["wx.login"]),
        ("out(unknown.field)", ["unknown.field"]),
    ],
)
def test_a_value_is_followed_to_its_end(page, source, found):
    assert ends(page(source)) == found


def test_modules_are_followed(program):
    one = program(
        {
            "pages/p/p.js": "const { base } = require('../../a')\nout(base)",
            "a.js": "export * from './b'",
            "b.js": "const base = 'x'\nmodule.exports = { base }",
        }
    )
    assert ends(one) == ["x"]


def test_page_data_is_what_was_put_there(page):
    assert ends(page("Page({ data: { a: 'x' }, go() { this.setData({ 'a': 'y' }); out(this.data.a) } })")) == ["y", "x"]


def test_what_goes_in_a_circle_ends(page):
    assert ends(page("let a = {}; a = { ...a, b: a.b }; const f = () => f(); out(a.b, f())")) in ([], ["?"])


def test_alternatives_are_bounded(page):
    many = "let a = 'x'\n" + "".join(f"if (q) a = '{n}'\n" for n in range(3 * THINGS_MAX)) + "out(a)"
    assert len(ends(page(many))) <= THINGS_MAX < DEPTH_MAX


def test_a_name_of_the_interface_has_no_operation(page):
    values = page("out(1)").flows_found.values
    assert values.op(Thing(API, "wx.login")) == -1
