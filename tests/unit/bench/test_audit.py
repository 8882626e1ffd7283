"""The work of an audit grows as the code does. It is counted in calls: seconds differ from hour to hour."""

import cProfile
from pathlib import Path

import pytest

from bench.audit import write_program
from yumen.audit import rules
from yumen.audit.source import SourceEvidence, SourceSettings, collect_source

PAGES = 15
TIMES_MAX = 2.05


def calls(root: Path, settings: SourceSettings) -> int:
    """How many calls it takes to read a program and to ask every rule that needs nothing but code."""
    asked = [one for one in rules.load().values() if set(one.needs.values()) == {SourceEvidence}]
    with cProfile.Profile() as profile:
        source = collect_source(root, settings)
        for one in asked:
            list(one.judge(**(dict.fromkeys(one.needs, source) | dict.fromkeys(one.wants))))
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("ready_bytes", [SourceSettings().ready_bytes, 0], ids=["ready", "packed"])
def test_twice_the_pages_take_twice_the_steps_at_most(tmp_path, ready_bytes):
    settings = SourceSettings(ready_bytes=ready_bytes)
    for name, pages in (("once", PAGES), ("twice", 2 * PAGES)):
        write_program(tmp_path / name, pages)
    calls(tmp_path / "once", settings)  # what is remembered for the process is remembered now
    assert calls(tmp_path / "twice", settings) <= TIMES_MAX * calls(tmp_path / "once", settings)
