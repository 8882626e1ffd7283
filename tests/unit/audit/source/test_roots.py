"""Programs, their kind, and what is left out."""

import pytest

from yumen.audit.source.roots import roots
from yumen.audit.source.tree import walk

PAGES = '{ "pages": ["a/a"] }'


@pytest.fixture
def found(tmp_path):
    def of(**files):
        for name, text in files.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        programs, left_out = roots(tmp_path, walk(tmp_path))
        return {(one.path, one.kind): [file.path for file in one.files] for one in programs}, left_out

    return lambda files: of(**files)


def test_each_kind_is_told_by_its_settings(found):
    programs, _ = found({"one/app.json": PAGES, "two/pages.json": PAGES, "three/app.config.ts": "export default {}"})
    assert sorted(programs) == [("one", "native"), ("three", "taro"), ("two", "uni")]


def test_build_output_is_left_out_beside_its_sources(found):
    programs, left_out = found({"src/app.config.ts": "export default {}", "dist/app.json": PAGES, "dist/a.js": "1"})
    assert list(programs) == [("src", "taro")]
    assert left_out == ["dist"]


def test_build_output_alone_is_a_program(found):
    programs, _ = found({"dist/app.json": PAGES})
    assert list(programs) == [("dist", "native")]


def test_compiled_javascript_beside_its_typescript_is_left_out(found):
    programs, left_out = found({"app.json": PAGES, "a.ts": "1", "a.js": "1", "b.js": "1"})
    assert programs["", "native"] == ["a.ts", "app.json", "b.js"]
    assert left_out == ["a.js"]


def test_pages_without_settings_are_a_program_of_unknown_kind(found):
    programs, _ = found({"a.wxml": "<view />", "a.js": "1"})
    assert list(programs) == [("", "unknown")]


def test_something_else_is_no_program(found):
    assert found({"server.js": "1", "package.json": "{}"}) == ({}, [])


def test_a_server_inside_the_root_is_left_out(found):
    programs, _ = found({"app.json": PAGES, "a.js": "1", "server/package.json": "{}", "server/a.js": "1"})
    assert programs["", "native"] == ["a.js", "app.json"]


def test_npm_packages_of_the_program_stay(found):
    files = {"app.json": PAGES, "miniprogram_npm/a/package.json": "{}", "miniprogram_npm/a/index.js": "1"}
    assert "miniprogram_npm/a/index.js" in found(files)[0]["", "native"]


def test_what_hbuilder_made_is_no_source(audit):
    files = {
        "pages.json": '{"pages": [{"path": "pages/a"}]}',
        "pages/a.vue": "<script>export default {}</script>",
        "unpackage/dist/build/app-plus/a.js": "eval('1')",
    }
    result = audit(files, only=("SRC110",))
    assert (result.cases, [one.name for one in result.unread]) == ((), ["unpackage"])
