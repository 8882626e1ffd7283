"""Personal data on its way."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_one_call_with_several_hosts_is_one_finding(audit):
    script = """
const host = wx.getAccountInfoSync().miniProgram.envVersion === 'release' ? 'a.example' : 'b.example'
Page({
  onTap() {
    wx.getLocation({ success: (r) => wx.request({ url: 'https://' + host + '/near?at=' + r.latitude }) })
  },
})
"""
    (case,) = audit({"app.json": '{"pages": ["pages/p/p"]}', "pages/p/p.js": script}, only=("SRC035",)).cases
    assert case.facts["host"] in {"a.example", "b.example"}
