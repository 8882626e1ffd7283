"""A look at the bytes."""

from yumen.audit.source.light import held, traces


def test_names_and_addresses_are_found_without_reading():
    facts = traces(
        "a.min.js", b'!function(){wx.getLocation({}),uni.request({url:"https://api.brand.example/a"})}()', "minified"
    )
    assert [name for name, _ in facts.traces] == ["getLocation", "request"]
    assert [one.text for one in facts.literals] == ["https://api.brand.example/a"]
    assert facts.light == "minified"


def test_a_name_is_told_once():
    assert len(traces("a.js", b"wx.login();wx.login()", "minified").traces) == 1


def test_a_name_of_the_privacy_guide_is_told_whatever_the_interface_is_called():
    source = b"const{wx:t}=core();t.setClipboardData({data:a}),t.login(),t.setClipboardData"
    assert held(source) == ["setClipboardData"]
    assert traces("sdk.js", source, "minified").traces == []
