"""Requests that wait for each other."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_promises_and_functions_of_other_files_are_followed(audit):
    result = audit(
        {
            "app.json": '{"pages": ["pages/p/p"]}',
            "http.js": "const base = 'https://a.example'\n"
            "module.exports = { get: (p) => new Promise((ok) => wx.request({ url: base + p, success: ok })) }",
            "pages/p/p.js": "const { get } = require('../../http')\n"
            "Page({ onLoad() { get('/a').then(() => this.more()) }, more() { get('/b').then(() => get('/c')) } })",
        },
        only=("SRC136",),
    )
    assert [(case.place, case.facts["calls"]) for case in result.cases] == [("pages/p/p.js:2", 3)]


def test_a_function_that_calls_itself_has_an_end(audit):
    result = audit(
        {
            "app.json": '{"pages": ["pages/p/p"]}',
            "pages/p/p.js": "Page({ onLoad() { this.a() }, a() { wx.request({ url: 'https://a.example', "
            "success: () => this.a() }) } })",
        },
        only=("SRC136",),
    )
    assert result.cases == ()
    assert [rule.id for rule in result.checked] == ["SRC136"]
