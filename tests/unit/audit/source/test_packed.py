"""What the developer tool leaves out of the upload."""

import pytest

from yumen.audit.source.packed import left_out_of


@pytest.mark.parametrize(
    ("kind", "value", "path", "out"),
    [
        ("folder", "img", "img/a.png", True),
        ("folder", "./img/", "img/a.png", True),
        ("folder", "img", "images/a.png", False),
        ("file", "a/b.js", "a/b.js", True),
        ("suffix", ".md", "doc/a.md", True),
        ("prefix", "draft-", "a/draft-1.png", True),
        ("glob", "a/*.webp", "a/b.webp", True),
        ("regexp", ".*", "a.js", False),
    ],
)
def test_each_kind_of_the_tool_is_understood(program, kind, value, path, out):
    options = f'{{"packOptions": {{"ignore": [{{"type": "{kind}", "value": "{value}"}}]}}}}'
    assert left_out_of(program({"project.config.json": options, "pages/p/p.js": ""}))(path) is out


@pytest.mark.parametrize("options", ["[]", '{"packOptions": 1}', '{"packOptions": {"ignore": [1, {"type": "file"}]}}'])
def test_odd_settings_leave_nothing_out(program, options):
    assert not left_out_of(program({"project.config.json": options, "pages/p/p.js": ""}))("pages/p/p.js")


def test_include_brings_back_what_ignore_takes(program):
    take, back = '[{"type": "folder", "value": "a"}]', '[{"type": "file", "value": "a/b.js"}]'
    options = f'{{"packOptions": {{"ignore": {take}, "include": {back}}}}}'
    left_out = left_out_of(program({"project.config.json": options, "pages/p/p.js": ""}))
    assert (left_out("a/c.js"), left_out("a/b.js")) == (True, False)
