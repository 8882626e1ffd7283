"""Which files are read, and why the others are not."""

from pathlib import Path

from yumen.audit.source import tree
from yumen.audit.source.tree import suffix_of


def reasons(found):
    return {one.path: one.reason for one in found.skipped}


def test_links_archives_and_foreign_folders_are_named(tmp_path):
    (tmp_path / "a.js").write_text("1")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "b.zip").write_bytes(b"PK")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "types.d.ts").write_text("1")
    found = tree.walk(tmp_path)
    assert [one.path for one in found.files] == ["a.js"]
    assert reasons(found) == {
        "loop": "link",
        "b.zip": "archive",
        "node_modules": "not_of_the_program",
        "types.d.ts": "not_of_the_program",
    }


def test_a_gigantic_file_is_named_and_not_read(tmp_path):
    with (tmp_path / "a.js").open("wb") as file:
        file.truncate(tree.SIZE_MAX + 1)
    assert reasons(tree.walk(tmp_path)) == {"a.js": "too_large"}


def test_excluded_paths_are_named(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old/a.js").write_text("1")
    (tmp_path / "older.js").write_text("1")
    found = tree.walk(tmp_path, ("old/",))
    assert reasons(found) == {"old": "excluded"}
    assert [one.path for one in found.files] == ["older.js"]


def test_files_come_in_the_order_of_their_paths(tmp_path):
    for name in ("b/x.js", "a/y.js", "c.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    assert [one.path for one in tree.walk(tmp_path).files] == ["c.js", "a/y.js", "b/x.js"]


def test_a_single_file_is_a_tree(tmp_path):
    (tmp_path / "a.js").write_text("1")
    assert [one.path for one in tree.walk(tmp_path / "a.js").files] == ["a.js"]


def test_a_suffix_is_what_a_path_says():
    for name in ("a.js", "a.b.TS", ".js", "a.", "a", "..", "a..js", "页.WXML"):
        assert suffix_of(name) == Path(name).suffix.lower()
