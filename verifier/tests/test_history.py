"""What was witnessed: growth is fine, a smaller or another log is not."""

import pytest
from verifier.tests.made_log import MadeLog

from yumen_verifier import Memory, Report, Witness, verify


def codes(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.leaf) for finding in report.findings]


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 600])
@pytest.mark.parametrize("with_tiles", [True, False])
def test_a_log_that_grew_continues_what_was_witnessed(old: int, with_tiles: bool) -> None:
    log = MadeLog.of(600)
    files = log.files()
    young = MadeLog(log.leaves[:old], log.pens).files()
    witness = Witness("kept", young["checkpoint"], Memory(young) if with_tiles else None)
    assert verify(Memory(files), [witness], files["keys"]).findings == []


@pytest.mark.parametrize("size", [0, 1, 255, 300])
@pytest.mark.parametrize("with_tiles", [True, False])
def test_a_log_that_shrank_was_rolled_back(size: int, with_tiles: bool) -> None:
    log = MadeLog.of(600)
    files = log.files()
    young = MadeLog(log.leaves[:size], log.pens).files()
    witness = Witness("kept", files["checkpoint"], Memory(files) if with_tiles else None)
    assert codes(verify(Memory(young), [witness], files["keys"])) == [("log.rolled_back", size)]


def test_another_history_under_the_same_key_is_a_fork_and_the_leaf_is_named() -> None:
    log = MadeLog.of(600)
    files = log.files()
    twin = MadeLog([*log.leaves[:77], b"another past", *log.leaves[78:], b"more"], log.pens).files()
    kept = Witness("kept", files["checkpoint"], Memory(files))
    assert codes(verify(Memory(twin), [kept], files["keys"])) == [("log.forked", None), ("leaf.edited", 77)]
    bare = Witness("note", files["checkpoint"])
    assert codes(verify(Memory(twin), [bare], files["keys"])) == [("log.forked", None)]


def test_a_shorter_fork_is_a_fork_where_tiles_were_kept() -> None:
    log = MadeLog.of(600)
    files = log.files()
    twin = MadeLog([*log.leaves[:77], b"another past", *log.leaves[78:300]], log.pens).files()
    kept = Witness("kept", files["checkpoint"], Memory(files))
    assert ("log.forked", None) in codes(verify(Memory(twin), [kept], files["keys"]))


def test_an_export_whose_own_history_contradicts_it_is_a_fork() -> None:
    log = MadeLog.of(100)
    other = MadeLog([b"x", *log.leaves[1:]], log.pens)
    files = log.files()
    files["history/50"] = other.checkpoint(50)
    assert codes(verify(Memory(files), pinned_keys=files["keys"])) == [("log.forked", None)]


def test_without_tiles_the_history_narrows_it_down() -> None:
    log = MadeLog.of(100)
    files = log.files()
    for size in (20, 40, 60, 80):
        files[f"history/{size:03}"] = log.checkpoint(size)
    edited = MadeLog([*log.leaves[:47], b"edited", *log.leaves[48:]], log.pens).files()
    changed = {**edited, **{name: data for name, data in files.items() if not name.startswith("tile")}}
    found = verify(Memory(changed), pinned_keys=files["keys"]).findings
    assert [(finding.code, finding.facts) for finding in found] == [("leaves.altered", {"first": 40, "last": 59})]


def test_leaves_altered_together_with_their_tile_are_narrowed_to_it_and_a_witness_names_them() -> None:
    log = MadeLog.of(700)
    files = log.files()
    edited = MadeLog([*log.leaves[:300], b"edited", *log.leaves[301:]], log.pens).files()
    changed = {**files, "tile/entries/001": edited["tile/entries/001"], "tile/0/001": edited["tile/0/001"]}
    found = verify(Memory(changed), pinned_keys=files["keys"]).findings
    assert ("leaves.altered", {"first": 256, "last": 511}) in [(finding.code, finding.facts) for finding in found]
    kept = Witness("kept", files["checkpoint"], Memory(files))
    assert codes(verify(Memory(changed), [kept], files["keys"])) == [("leaf.edited", 300)]


def test_an_export_without_a_checkpoint_cannot_be_judged_unless_one_was_witnessed() -> None:
    files = MadeLog.of(9).files()
    bare = {name: data for name, data in files.items() if name != "checkpoint"}
    assert verify(Memory(bare), pinned_keys=files["keys"]).verdict == "unjudged"
    kept = Witness("kept", files["checkpoint"])
    assert ("log.rolled_back", 0) in codes(verify(Memory(bare), [kept], files["keys"]))


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"])
def test_a_missing_file_is_named(name: str) -> None:
    files = MadeLog.of(300).files()
    pinned = files["keys"]
    del files[name]
    report = verify(Memory(files), pinned_keys=pinned)
    assert report.verdict == "tampered"
    expected = "leaf.deleted" if "entries" in name else "tile.missing"
    assert report.findings[0].code == expected
