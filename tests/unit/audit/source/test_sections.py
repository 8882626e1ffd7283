"""Vue files are taken apart in place, and what other platforms run is blanked."""

from yumen.audit.source.sections import blank, for_wechat, script, template

VUE = b"<template>\n<view>{{ a }}</view>\n</template>\n<script lang='ts' setup>\nconst a = 1\n</script>\n"


def test_the_script_keeps_its_place():
    text, language, setup = script(VUE)
    assert (language, setup) == ("ts", True)
    assert text.find(b"const a") == VUE.find(b"const a")
    assert b"view" not in text


def test_the_template_keeps_its_place():
    text = template(VUE)
    assert text.find(b"<view>") == VUE.find(b"<view>")
    assert b"const" not in text


def test_a_file_without_script_has_none():
    assert script(b"<template><view /></template>") == (b"", "js", False)


def test_branches_of_other_platforms_are_blanked_with_their_lines():
    source = b"a\n// #ifdef H5\nb\n// #endif\n// #ifdef MP-WEIXIN\nc\n// #endif\n// #ifndef MP-WEIXIN\nd\n// #endif\n"
    read = for_wechat(source)
    assert read.split() == [b"a", b"c"]
    assert read.count(b"\n") == source.count(b"\n")
    assert read.find(b"c") == source.rfind(b"c\n")


def test_an_else_turns_the_branch():
    assert for_wechat(b"// #ifdef H5\nb\n// #else\nc\n// #endif\n").split() == [b"c"]


def test_blanks_keep_line_ends_only():
    assert blank(b"ab\r\n\xe6\x89\x8b") == b"  \r\n   "


def test_what_never_ends_is_read_once():
    """Openings without an end, and blanks without a line's end, a thousandfold: time grows with them, not squared."""
    for piece in (b"<script>", b"<template>", b"// #ifdef ", b"#ifdef" + b" " * 50):
        source = piece * 6_000
        assert len(script(source)[0]) in {0, len(source)}
        assert template(source) == b""
        assert len(for_wechat(source)) == len(source)
