"""What the papers show: fenced blocks and code within sentences, each with its place.

Papers are what people wrote for people: `docs/` and every README, in both languages. Decisions and reports tell of a
day in the past, the changelog of many; golden texts and the auditor's pages are made from the code. They are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LEFT_OUT = ("docs/decisions/", "docs/reports/", "CHANGELOG.md", "docs/reference/audit-r", "tests/golden/")


@dataclass(frozen=True)
class Shown:
    """One piece of code in a paper: `language` is that of the fence, or `span` within a sentence."""

    place: str
    language: str
    text: str


@dataclass(frozen=True)
class Paper:
    """One Markdown file that people read."""

    place: str
    text: str

    def shown(self) -> Iterator[Shown]:
        for fence in FENCE.finditer(self.text):
            yield Shown(self._at(fence.start()), fence[1], fence[2])
        for span in SPAN.finditer(FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), self.text)):
            yield Shown(self.place, "span", span[1])

    def _at(self, offset: int) -> str:
        return f"{self.place}:{self.text.count(chr(10), 0, offset) + 1}"


def papers(tracked: list[Path], root: Path) -> list[Paper]:
    """Every paper, in the order of its place."""
    places = sorted(path.relative_to(root).as_posix() for path in tracked if path.suffix == ".md")
    return [
        Paper(place, (root / place).read_text(encoding="utf-8")) for place in places if not place.startswith(LEFT_OUT)
    ]


def lines(shown: Shown) -> Iterator[str]:
    """The commands of a block, one line each: continued lines joined, comments cut off."""
    for line in shown.text.replace("\\\n", " ").splitlines():
        yield re.sub(r"(^|\s)# .*$", "", line).strip()
