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


def waits(audit, script: str) -> list[int]:
    """How many requests wait for each other when the page of this script opens."""
    http = "exports.get = (p) => new Promise((ok) => wx.request({ url: 'https://a.example' + p, success: ok }))"
    page = f"const {{ get }} = require('../../http')\nPage({{ {script} }})"
    files = {"app.json": '{"pages": ["pages/p/p"]}', "http.js": http, "pages/p/p.js": page}
    return [case.facts["calls"] for case in audit(files, only=("SRC136",)).cases]


def test_what_is_awaited_is_over_before_the_next_begins(audit):
    assert waits(audit, "async onLoad() { const a = await get('/a'); await get('/b'); get('/c') }") == [3]


def test_requests_of_an_awaited_function_count(audit):
    assert waits(
        audit, "async onLoad() { await this.two(); get('/c') }, async two() { await get('/a'); await get('/b') }"
    ) == [3]


def test_what_stands_in_one_promise_all_runs_at_once(audit):
    assert waits(audit, "async onLoad() { await Promise.all([get('/a'), get('/b'), get('/c')]); get('/d') }") == []


def test_branches_do_not_wait_for_each_other(audit):
    script = "async onLoad(o) { if (o.a) { await get('/a') } else { await get('/b') } await get('/c'); get('/d') }"
    assert waits(audit, script) == []


def test_a_function_that_returns_nothing_is_not_waited_for(audit):
    script = "async onLoad() { await this.one(); await this.one(); get('/c') }, one() { get('/a') }"
    assert waits(audit, script) == []


def test_a_handler_written_after_an_await_does_not_wait_for_it(audit):
    script = "async onLoad() { await get('/a'); await get('/b'); this.again = () => get('/c') }"
    assert waits(audit, script) == []
