"""Nothing is written twice, and the finder that says so finds."""

from itertools import chain

from scripts.duplicates import FOLDERS, LINES, repeats

STEPS = "\n".join(f"    step_{n} = prepare({n}) + finish({n})" for n in range(LINES))


def test_nothing_is_written_twice(root):
    files = chain.from_iterable((root / folder).rglob("*.py") for folder in FOLDERS if (root / folder).exists())
    found = repeats(sorted(file for file in files if "node_modules" not in file.parts))
    assert not [f"{r.first} and {r.second}: {r.length} lines" for r in found]


def test_a_copy_is_found_whatever_its_comments_and_layout(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(f"def first():\n{STEPS}\n")
    other.write_text(
        '"""Another file."""\n\nimport os\n\n\ndef second():  # not the same name\n\n'
        + STEPS.replace("\n", "  # why\n\n")
    )
    (found,) = repeats([one, other])
    assert found.length == LINES
    assert found.first.startswith(str(one))
    assert found.second.startswith(str(other))


def test_a_shorter_run_is_not_a_copy(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    shorter = STEPS.rpartition("\n")[0]
    one.write_text(f"def first():\n{shorter}\n    return step_0\n")
    other.write_text(f"def second():\n{shorter}\n    return step_1\n")
    assert repeats([one, other]) == []


def test_one_long_copy_is_told_once(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    longer = STEPS + "\n" + STEPS.replace("step", "stair")
    one.write_text(f"def first():\n{longer}\n")
    other.write_text(f"def second():\n{longer}\n")
    assert [found.length for found in repeats([one, other])] == [2 * LINES]
