"""JSON that a script requires."""

from yumen.audit.source.config import Config
from yumen.audit.source.constant import constant
from yumen.audit.source.data import DEPTH_MAX, facts_of


def test_a_json_file_is_one_value():
    data = {"base": "https://a.example/x", "list": [1, True, None, {"deep": "b"}], "huge": 10**30, "part": 1.5}
    facts = facts_of(Config("config.json", data, b'{ "base": "https://a.example/x" }'))
    read = constant(facts, facts.exports["*"])
    assert read == {**data, "huge": None, "part": None}
    assert [(one.text, one.start) for one in facts.literals] == [("https://a.example/x", 11)]


def test_what_is_nested_beyond_sense_is_not_known():
    data = {"a": 1}
    for _ in range(DEPTH_MAX * 2):
        data = {"a": data}
    assert len(facts_of(Config("c.json", data, b"")).values) < DEPTH_MAX + 5


def test_an_address_in_a_required_file_is_followed_to_its_place(program):
    one = program(
        {
            "config.json": '{ "base": "http://a.example" }',
            "pages/p/p.js": "const config = require('../../config.json')\nwx.request({ url: config.base + '/x' })",
        }
    )
    (request,) = one.requests
    assert [url.start for url in request.urls] == ["http://a.example/x"]
    assert one.origins["http://a.example"].path == "config.json"


def test_methods_of_behaviors_and_mixins_are_followed(program):
    typed = "typed(e) { wx.request({ url: 'https://a.example', data: e.detail.value }) }"
    send = f"module.exports = Behavior({{ methods: {{ {typed} }} }})"
    one = program(
        {
            "b.js": send,
            "c.js": "module.exports = Behavior({ behaviors: [require('./b'), require('./c')] })",
            "pages/p/p.js": "Component({ behaviors: [require('../../c')] })",
            "pages/p/p.wxml": "<input name='phone' bindinput='typed' />",
        }
    )
    assert [(flow.label.kind, flow.host) for flow in one.flows] == [("phone", "a.example")]
