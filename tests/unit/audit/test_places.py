"""Offsets become lines; snippets hide what must not be seen."""

import pytest

from yumen.audit.places import Places


@pytest.fixture
def places(folder):
    return Places(
        (folder({"a.js": "// 你好\nlet a = 1\n  call('SECRET12')\nend\n", "sub/b.js": "x\n", "long.js": "a" * 500}),)
    )


def test_columns_are_counted_in_characters(places):
    assert places.line("a.js", len("// 你".encode())) == (1, 5)
    assert places.line("a.js", len("// 你好\nlet ".encode())) == (2, 5)


def test_an_offset_beyond_the_end_is_the_last_line(places):
    assert places.line("a.js", 9999)[0] == 5


def test_a_file_that_is_not_there_has_no_line(places):
    assert places.line("none.js", 0) is None
    assert places.snippet("none.js", 0, ()) is None


def test_a_snippet_hides_the_ranges_it_is_told_to(places):
    start = "// 你好\nlet a = 1\n  call('".encode()
    snippet = places.snippet("a.js", len(start), ((len(start), len(start) + 8),))
    assert snippet.hit == 3
    assert snippet.lines[2] == "  call('********')"
    assert snippet.lines[1] == "let a = 1"


def test_a_long_line_is_cut_around_the_place(places):
    (line,) = places.snippet("long.js", 400, ()).lines
    assert len(line) < 170


def test_a_path_of_another_root_is_told_from_the_first(folder, tmp_path):
    folder({"code/app.json": "{}"})
    assert Places((tmp_path, tmp_path / "code")).located("app.json") == "code/app.json"
