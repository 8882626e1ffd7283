"""What a page does with its own data."""

from yumen.audit.source.state import set_data_for_each, set_data_in, starts_true


def test_data_that_begins_true_is_known(program):
    one = program(
        {"pages/p/p.js": "Page({ data: { a: true, b: false, c: { d: true } } })", "pages/p/p.wxml": "<view />"}
    )
    file = one.numbers["pages/p/p.wxml"]
    assert [starts_true(one, file, name) for name in ("a", "b", "c.d", "e")] == [True, False, True, False]


def test_where_data_is_set_is_known(program):
    script = "Page({ onPageScroll() { this.setData({ a: 1 }) }, load(l) { l.forEach((x) => this.setData({ x })) } })"
    one = program({"pages/p/p.js": script})
    assert [name for _, name, _ in set_data_in(one, {"onPageScroll"})] == ["onPageScroll"]
    assert [method for _, method, _ in set_data_for_each(one)] == ["forEach"]
