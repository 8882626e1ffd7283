"""Labels travel, and are lost where nothing personal is left."""

import pytest

from yumen.audit.source.labels import OPEN, Label, narrowed


@pytest.mark.parametrize(
    ("use", "logged"),
    [
        ("r.latitude", True),
        ("r", True),
        ("{ at: [r.latitude] }", True),
        ("JSON.stringify(r)", True),
        ("String(r.latitude).trim()", True),
        ("r.errMsg", False),
        ("r.accuracy", False),
        ("r.latitude > 30", False),
        ("'****' + String(r.latitude).slice(-2)", False),
        ("Object.keys(r)", False),
    ],
)
def test_a_label_stays_where_the_data_stays(page, use, logged):
    program = page(f"wx.getLocation({{ success: (r) => console.log({use}) }})")
    assert [flow.label.kind for flow in program.flows] == (["location"] if logged else [])


def test_a_name_alone_is_told_as_a_name(page):
    (flow,) = page("wx.request({ url: '/a', success: (r) => console.log(r.data.phone) })").flows
    assert (flow.label.kind, flow.label.proven) == ("phone", False)


def test_a_label_leads_only_to_its_field():
    label = Label("phone", 0, 0, "input", path=("detail", "value"))
    assert narrowed([label], "detail") == [label._replace(path=("value",))]
    assert narrowed([label], "dataset") == []
    assert narrowed([Label(OPEN, 0, 1, "")], "x") == [Label(OPEN, 0, 1, "")]


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("wx.createCameraContext().takePhoto({ success: (r) => SEND })", "camera"),
        ("const m = wx.getRecorderManager(); m.onStop((r) => SEND)", "voice"),
    ],
)
def test_what_a_manager_gives_is_personal(page, made, kind):
    sent = "wx.uploadFile({ url: 'https://a.example/up', filePath: r.tempFilePath })"
    assert {flow.label.kind for flow in page(made.replace("SEND", sent)).flows} == {kind}


def test_a_plugin_is_a_way_out(page):
    (flow,) = page("wx.getLocation({ success: (r) => requirePlugin('chat').open(r) })").flows
    assert (flow.sink.kind, flow.sink.api) == ("plugin", "chat.open")
