"""A general scanner for secrets (detect-secrets) beside our rules: the same files, the same labelled examples.

The examples are those beside the tests of our secret rules: each has one program with a secret and one near miss. They
are ours, so they favour us; the peer knows nothing of WeChat, and we know nothing of other languages.
"""

from __future__ import annotations

import json
import resource
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
PYTHON: Final = ROOT / ".tools/peers/bin/python"
EXAMPLES: Final = ROOT / "tests/unit/audit/rules/source/secrets.toml"
NAME: Final = "detect-secrets"


class Score(NamedTuple):
    """Labelled examples: secrets found and missed, near misses that were reported all the same."""

    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float:
        return round(self.found / max(1, self.found + self.false), 2)

    @property
    def recall(self) -> float:
        return round(self.found / max(1, self.found + self.missed), 2)


def is_there() -> bool:
    """Is the peer installed (`make bench` does it)?"""
    probe = [str(PYTHON), "-c", "import detect_secrets"]
    return PYTHON.is_file() and subprocess.run(probe, capture_output=True, check=False).returncode == 0


def scan(folder: Path) -> tuple[dict[str, int], float]:
    """The peer's findings by file, and the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [str(PYTHON), "-m", "detect_secrets", "-c", "1", "scan", "--all-files", "."]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {path: len(secrets) for path, secrets in json.loads(done.stdout)["results"].items()}
    return found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_examples(folder: Path) -> dict[str, bool]:
    """Each example in a folder of its own; is there a secret in it?"""
    labelled: dict[str, bool] = {}
    for name, pair in tomllib.loads(EXAMPLES.read_text(encoding="utf-8")).items():
        for word, files in pair.items():
            labelled[f"{name}-{word}"] = word == "found"
            for path, text in files.items():
                place = folder / f"{name}-{word}" / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
    return labelled


def theirs(folder: Path, labelled: Mapping[str, bool]) -> Score:
    """The peer over all examples at once."""
    found, _ = scan(folder)
    return score(labelled, {Path(path).parts[0] for path in found})


def ours(folder: Path, labelled: Mapping[str, bool]) -> Score:
    """All our rules about secrets, over each example."""
    from yumen.audit import rules
    from yumen.audit.source import SourceSettings, collect_source

    asked = [one for one in rules.load().values() if one.judge.__module__.endswith(".source.secrets")]
    told = set()
    for name in labelled:
        evidence = collect_source(folder / name, SourceSettings())
        if any(True for one in asked for _ in one.judge(**dict.fromkeys(one.needs, evidence))):
            told.add(name)
    return score(labelled, told)


def score(labelled: Mapping[str, bool], told: set[str]) -> Score:
    """What was told against what is there."""
    found = sum(1 for name, is_secret in labelled.items() if is_secret and name in told)
    false = sum(1 for name, is_secret in labelled.items() if not is_secret and name in told)
    return Score(found, sum(labelled.values()) - found, false)
