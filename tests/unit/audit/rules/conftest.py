"""Each rule against its example and its near miss, which stand beside the test with its stem."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from yumen.audit.result import Result
from yumen.audit.run import Asked, run

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Example:
    """A small world and what one rule says about it."""

    rule: str
    kind: str
    files: dict[str, str]
    folder: Path

    def judged(self) -> Result:
        for name, text in self.files.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_content(text))
        return run(Asked(path=self.folder, taken_at=NOW, on=TODAY, only=(self.rule,)), lambda *_: None)

    def holds(self) -> None:
        result = self.judged()
        assert not result.unread, [(one.name, one.code) for one in result.unread]
        assert [rule.id for rule in result.checked] == [self.rule], "the example says too little to be judged"
        found = [case.rule.id for case in result.cases]
        assert set(found) == ({self.rule} if self.kind == "found" else set()), [case.facts for case in result.cases]


def _content(text: str) -> bytes:
    """`bytes: 2100000` stands for a file of that size."""
    size = text.removeprefix("bytes: ")
    return b" " * int(size) if size != text else text.encode()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        path = Path(metafunc.definition.path)
        worlds = tomllib.loads((path.parent / f"{path.stem.removeprefix('test_')}.toml").read_text(encoding="utf-8"))
        named = [(rule, kind, files) for rule, pair in worlds.items() for kind, files in pair.items()]
        metafunc.parametrize("written", named, ids=[f"{rule}-{kind}" for rule, kind, _ in named])


@pytest.fixture
def example(written: tuple[str, str, dict[str, str]], tmp_path: Path) -> Example:
    rule, kind, files = written
    return Example(rule, kind, files, tmp_path)
