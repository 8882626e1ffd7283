"""Who calls whom, and what callbacks receive."""

from yumen.audit.source.context import Key
from yumen.audit.source.linking import Links


def test_callers_are_known_across_files(program):
    one = program({"pages/p/p.js": "import { f } from '../../a'\nf(1)\nf(2)", "a.js": "export function f(x) {}"})
    links: Links = one.flows_found.links
    assert links.values.callers[Key(one.numbers["a.js"], 1)] == [
        (one.numbers["pages/p/p.js"], 0),
        (one.numbers["pages/p/p.js"], 1),
    ]


def test_calls_of_the_interface_are_named(page):
    named = page("const api = wx\napi['login']()\nconsole.log(1)").flows_found.links.named
    assert [path for path, _, _ in named] == ["wx.login", "console.log"]


def test_a_callback_receives_what_it_is_called_with(page):
    program = page("function f(done) { wx.getLocation({ success: (r) => done(r) }) }\nf((where) => console.log(where))")
    assert [flow.label.kind for flow in program.flows] == ["location"]
