"""Places and ways of findings."""

from yumen.audit.finding import Certainty
from yumen.audit.source import sites


def test_a_flow_is_told_from_its_source_to_its_sink(program):
    one = program(
        {
            "pages/p/p.js": "import { send } from '../../send'\nwx.chooseAddress({ success: (a) => send(a) })",
            "send.js": "export const send = (data) => wx.request({ url: 'https://api.brand.example/a', data })",
        }
    )
    (flow,) = one.flows
    finding = sites.flow(one, flow, host=flow.host)
    assert [(step.code, step.place.name) for step in finding.path] == [
        ("read", "pages/p/p.js"),
        ("handed_on", "pages/p/p.js"),
        ("leaves", "send.js"),
    ]
    assert finding.place.name == "pages/p/p.js"
    assert finding.certainty is Certainty.PROVEN
    assert one.facts[sites.caller(one, flow)].path == "pages/p/p.js"


def test_a_setting_is_found_in_the_file_that_holds_it(program):
    one = program({"app.json": '{ "pages": ["pages/p/p"], "permission": {} }', "pages/p/p.js": "wx.login()"})
    assert (sites.setting(one, "permission").path, sites.setting(one, "permission").start) == ("app.json", 26)
    assert sites.setting(one).start == 0
    (use,) = one.uses
    assert sites.of(one, use) == sites.at(one, use.file, use.start, use.end)
    assert sites.certainty(one, use.file, proven=False) is Certainty.LIKELY
