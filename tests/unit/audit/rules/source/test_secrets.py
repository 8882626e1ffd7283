"""Secrets in the package."""


def test_the_rule_finds_its_example_and_passes_its_near_miss(example):
    example.holds()


def test_a_session_key_put_aside_is_one_finding(audit):
    page = "Page({ onLoad() { wx.request({ url: '/x', data: { k: getApp().globalData.sessionKey } }) } })"
    login = "wx.request({ url: '/l', success: (r) => { A.globalData.sessionKey = r.data.sessionKey } })"
    files = {
        "app.json": '{"pages": ["pages/a/a", "pages/b/b"]}',
        "login.js": f"const A = getApp()\n{login}",
        "pages/a/a.js": page,
        "pages/b/b.js": page,
    }
    (case,) = audit(files, only=("SRC006",)).cases
    assert (case.place, case.facts["files"]) == ("login.js:2", 3)
