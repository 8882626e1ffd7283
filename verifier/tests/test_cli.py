"""The command as a stranger runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from verifier.tests.made_log import MadeLog


def write(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yumen_verifier", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_whole_log_ends_with_0_and_says_its_root(tmp_path: Path) -> None:
    export = write(MadeLog.of(300).files(), tmp_path / "export")
    result = run(export, "--keys", export / "keys", "--lang", "en")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("The trail is whole.\nlog made.example.cn/trail\n300 leaves, root ")


def test_a_changed_log_ends_with_1_and_names_the_leaf_in_both_languages(tmp_path: Path) -> None:
    log = MadeLog.of(300)
    kept = write(log.files(), tmp_path / "kept")
    changed = MadeLog([*log.leaves[:7], b"edited", *log.leaves[8:]], log.pens).files()
    export = write({**changed, "checkpoint": log.checkpoint()}, tmp_path / "export")
    english = run(export, "--witness", kept, "--keys", kept / "keys", "--lang", "en")
    chinese = run(export, "--witness", kept, "--keys", kept / "keys", "--lang", "zh")
    assert (english.returncode, chinese.returncode) == (1, 1)
    assert "leaf.edited  Leaf 7 was edited." in english.stdout
    assert "leaf.edited  第 7 条被改写。" in chinese.stdout


def test_a_witness_may_be_a_single_checkpoint_file(tmp_path: Path) -> None:
    log = MadeLog.of(30)
    note = tmp_path / "note"
    note.write_bytes(log.checkpoint())
    export = write(MadeLog(log.leaves[:20], log.pens).files(), tmp_path / "export")
    assert "log.rolled_back" in run(export, "--witness", note, "--lang", "en").stdout


def test_json_has_every_fact(tmp_path: Path) -> None:
    export = write(MadeLog.of(3).files(), tmp_path)
    (export / "tile/0/000.p/3").unlink()
    found = json.loads(run(export, "--format", "json", "--lang", "zh").stdout)
    assert (found["verdict"], found["size"], found["key"]) == ("tampered", 3, 0)
    assert [finding["code"] for finding in found["findings"]] == ["keys.unpinned", "tile.missing"]
    assert found["findings"][1]["level"] == 0


@pytest.mark.parametrize("arguments", [(), ("--format", "xml"), ("a", "b")])
def test_wrong_use_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_what_cannot_be_judged_ends_with_3(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").returncode == 3
    assert run(tmp_path).returncode == 3
    assert run(tmp_path, "--keys", tmp_path / "nothing").returncode == 3
    assert run(tmp_path, "--witness", tmp_path / "nothing").returncode == 3
