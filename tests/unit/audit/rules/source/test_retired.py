"""Interfaces that are withdrawn."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_a_way_back_for_old_phones_is_no_finding(audit):
    for script, found in (
        ("const w = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync()", 0),
        ("if (wx.getDeviceInfo) { wx.getDeviceInfo() } else { wx.getSystemInfoSync() }", 0),
        ("const w = big ? wx.getSystemInfoSync() : 1", 1),
    ):
        files = {"app.json": '{"pages": ["pages/p/p"]}', "pages/p/p.js": script}
        assert len(audit(files, only=("SRC103",)).cases) == found, script
