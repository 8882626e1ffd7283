"""Personal data that leaves the way."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_the_log_manager_of_wechat_is_a_log(audit):
    result = audit(
        {
            "app.json": '{"pages": ["pages/p/p"]}',
            "pages/p/p.js": "const log = wx.getRealtimeLogManager()\n"
            "Page({ onTap() { wx.chooseAddress({ success: (r) => log.info(r.telNumber) }) } })",
        },
        only=("SRC033",),
    )
    assert [case.place for case in result.cases] == ["pages/p/p.js:2"]
