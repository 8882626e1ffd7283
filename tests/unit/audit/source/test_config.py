"""Settings are read with comments and stray commas, and merged."""

from yumen.audit.source.config import Config, app_of, read_json


def config(data, path="app.json"):
    return Config(path, data, b"")


def test_comments_and_stray_commas_are_tolerated():
    source = b'{ // pages\n "pages": ["a", /* b */ "https://c", ],\n}'
    assert read_json(source) == {"pages": ["a", "https://c"]}


def test_what_no_tolerance_helps_is_nothing():
    assert read_json(b'{"pages": [') is None


def test_pages_of_sub_packages_carry_their_root():
    app = app_of(config({"pages": ["a/a"], "subPackages": [{"root": "more/", "pages": ["b/b"]}]}))
    assert app.pages == ("a/a", "more/b/b")
    assert app.subpackages == ("more",)


def test_settings_for_wechat_of_a_manifest_are_merged():
    manifest = config({"mp-weixin": {"requiredPrivateInfos": ["getLocation"]}}, "manifest.json")
    app = app_of(config({"pages": [{"path": "a/a"}]}), manifest)
    assert app.pages == ("a/a",)
    assert app.required_private_infos == ("getLocation",)


def test_odd_types_are_no_reason_to_fail():
    app = app_of(config({"pages": {"a": 1}, "permission": [], "plugins": "x", "tabBar": {"list": 3}}))
    assert (app.pages, app.permission, app.plugins, app.tab_pages) == ((), {}, {}, ())


def test_a_key_is_found_in_its_place():
    written = Config("app.json", {}, b'{ "a": 1, "permission": {} }')
    assert written.place("permission") == 10
