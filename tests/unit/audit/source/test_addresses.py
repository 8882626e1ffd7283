"""Origins that are called, each once, at the text they come from."""

from yumen.audit.source.addresses import called, is_complete, shown


def test_an_origin_is_told_once_where_it_is_written(program):
    one = program(
        {
            "pages/p/p.js": "import { base } from '../../base'\n"
            "wx.request({ url: base + '/a' })\nwx.request({ url: `${base}/b` })",
            "base.js": "export const base = 'https://api.brand.example'",
        }
    )
    (origin,) = called(one)
    assert (origin.address.name, origin.place.path, origin.calls) == ("https://api.brand.example", "base.js", 2)


def test_a_host_that_is_cut_is_no_origin(page):
    assert called(page("wx.request({ url: 'https://' + host + '/a' })")) == []
    assert not is_complete("https://api", whole=False)
    assert is_complete("https://api", whole=True)


def test_pictures_and_styles_are_shown(program):
    one = program(
        {
            "pages/p/p.js": "Page({})",
            "pages/p/p.wxml": '<image src="https://img.brand.example/a.png" /><image src="/b.png" />',
            "pages/p/p.wxss": ".a { background: url(https://css.brand.example/c.png) }",
        }
    )
    assert [address.host for address, _ in shown(one)] == ["img.brand.example", "css.brand.example"]
