"""Values are found again where they were put."""

import pytest


@pytest.mark.parametrize(
    ("put", "read"),
    [
        ("box.at = r", "box.at"),
        ("getApp().globalData.at = r", "getApp().globalData.at"),
        ("wx.setStorageSync('at', r)", "wx.getStorageSync('at')"),
        ("list.push(r)", "list[0]"),
    ],
)
def test_what_was_put_somewhere_is_read_from_there(page, put, read):
    program = page(
        f"const box = {{}}; const list = []; wx.getLocation({{ success: (r) => {{ {put} }} }});"
        f"wx.request({{ url: 'https://a.example', data: {read} }})"
    )
    assert ("location", "request") in {(flow.label.kind, flow.sink.kind) for flow in program.flows}


def test_page_data_is_read_back(program):
    script = """
Page({
  onTap() { wx.getLocation({ success: (r) => this.setData({ at: r.latitude }) }) },
  onSend() { wx.request({ url: 'https://a.example', data: this.data.at }) },
})
"""
    (flow,) = program({"pages/p/p.js": script}).flows
    assert (flow.label.kind, flow.sink.kind) == ("location", "request")


def test_an_unknown_field_of_a_page_is_not_every_field(program):
    script = """
export default {
  data: () => ({ price: 0, at: '' }),
  methods: {
    keep(key, r) { this[key] = r },
    look() { uni.getLocation({ success: (r) => this.keep('at', r) }) },
    send() { uni.request({ url: 'https://a.example', data: this.price }) },
  },
}
"""
    assert program({"pages/p/p.vue": f"<script>{script}</script>"}).flows == []
