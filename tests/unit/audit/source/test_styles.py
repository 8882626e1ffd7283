"""Style sheets, lightly."""

from yumen.audit.source.styles import read


def test_addresses_and_embedded_bytes_are_found():
    style = read(
        "a.wxss",
        b".a { background: url('https://img.brand.example/a.png') }\n.b { src: url(data:font/woff;base64,AAAA) }",
    )
    assert style.remote == (("https://img.brand.example/a.png", 22),)
    assert style.embedded == len("url(data:font/woff;base64,AAAA)")


def test_own_files_are_no_addresses():
    assert read("a.wxss", b"@import '/common.wxss'; .a { background: url(/a.png) }").remote == ()
