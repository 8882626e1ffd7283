"""The privacy policy as text, from Markdown, plain text, HTML, Word or PDF, and which required contents it has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import resources
from typing import Final

import msgspec

from yumen.audit.evidence.pdf import read_pdf
from yumen.audit.evidence.word import read_word
from yumen.audit.world import World, decode

CHARS_MAX: Final = 500_000
PAGE_CHARS_MIN: Final = 200
"""A web page with scripts and less text than this fetches its words elsewhere."""
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
CHINESE_SHARE: Final = 0.2
"""From this share of Han characters on a text counts as Chinese."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One text without markup. `exact` when offsets in the text are offsets in the file (plain text, Markdown)."""

    path: str
    text: str
    exact: bool

    @property
    def is_chinese(self) -> bool:
        return len(HAN.findall(self.text)) > CHINESE_SHARE * max(1, len(self.text))

    def offset(self, chars: int) -> int:
        """The byte offset of a character, where that can be told; else the start of the file."""
        return len(self.text[:chars].encode("utf-8")) if self.exact else 0


@dataclass(frozen=True, slots=True)
class PolicyText:
    """Every policy text that was declared."""

    files: tuple[PolicyFile, ...]

    @property
    def chinese(self) -> tuple[PolicyFile, ...]:
        return tuple(one for one in self.files if one.is_chinese)

    @property
    def main(self) -> PolicyFile:
        """The text that binds: the longest Chinese one, else the longest."""
        return max(self.chinese or self.files, key=lambda one: (len(one.text), one.path))

    def says(self, topic: str) -> bool:
        """Is the topic there, in the text that binds?"""
        return any(pattern.search(flat(self.main.text)) for pattern in patterns(topic))


def read_policy(world: World, names: Sequence[str]) -> PolicyText | None:
    """Every text that could be read; what could not (a scan, a PDF without the extra) is told among the unread."""
    files = [file for name in names if (file := read_text(world, name)) is not None]
    return PolicyText(tuple(files)) if files else None


def read_text(world: World, name: str) -> PolicyFile | None:
    """One text of a policy, a notice or a contract; None, told among the unread, where it cannot be had."""
    if (data := world.read(name)) is None:
        return None
    file, why = _file(name, data)
    if file is None:
        world.skip(name, why)
        return None
    if not file.text.strip():
        world.skip(name, "no_words")
        return None
    if len(file.text) > CHARS_MAX:
        world.skip(name, "cut_short", max=CHARS_MAX)
    return PolicyFile(name, file.text[:CHARS_MAX], file.exact)


def _file(name: str, data: bytes) -> tuple[PolicyFile | None, str]:
    """The text by what the file is; None and why."""
    ending = name.lower().rpartition(".")[2]
    if ending == "pdf" or data.startswith(b"%PDF"):
        text, why = read_pdf(data)
        return (PolicyFile(name, text, exact=False), "") if text is not None else (None, why)
    if ending in {"docx", "doc"} or data.startswith(b"PK\x03\x04"):
        text = read_word(data)
        return (PolicyFile(name, text, exact=False), "") if text is not None else (None, "no_word")
    text = decode(data)
    if ending in {"html", "htm", "wxml", "vue"}:
        words = strip_markup(text[: 4 * CHARS_MAX])
        fetched = ending in {"html", "htm"} and "<script" in text.lower() and len(words.strip()) < PAGE_CHARS_MIN
        return (None, "no_words") if fetched else (PolicyFile(name, words, exact=False), "")
    return PolicyFile(name, text, exact=data[:2] not in {b"\xff\xfe", b"\xfe\xff"} and text.encode() == data), ""


def strip_markup(text: str) -> str:
    """What a reader sees of HTML. One pass of bounded expressions: no parser, nothing is run."""
    for opened, closed in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head>", "</head>")):
        text = _without(text, opened, closed)
    text = re.sub(r"(?i)<(br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>", "\n", text)
    return unescape(re.sub(r"<[^<>]{0,5000}>", " ", text))


def _without(text: str, opened: str, closed: str) -> str:
    """Drop every stretch from one mark to the other, in one pass; an open one without an end drops the rest."""
    lower, kept, at = text.lower(), [], 0
    if len(lower) != len(text):  # a letter whose lower case is longer: offsets would lie
        return text
    while (start := lower.find(opened, at)) != -1:
        kept.append(text[at:start])
        end = lower.find(closed, start)
        if end == -1:
            return " ".join(kept)
        at = end + len(closed)
    kept.append(text[at:])
    return " ".join(kept)


@cache
def flat(text: str) -> str:
    """Without line breaks; blanks between Han characters go, so that a wrapped word is found."""
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)


def patterns(topic: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a topic in both languages. An unknown topic is our defect: KeyError."""
    return topics()[topic]


@cache
def topics() -> Mapping[str, tuple[re.Pattern[str], ...]]:
    """Every topic of `policy_topics.toml`."""
    text = (resources.files("yumen.audit.evidence") / "policy_topics.toml").read_text(encoding="utf-8")
    read = msgspec.convert(
        {name: table for name, table in tomllib.loads(text).items() if name != "review_on"},
        dict[str, dict[str, list[str]]],
    )
    return {
        name: tuple(re.compile(one, re.IGNORECASE) for one in (*table["zh"], *table["en"]))
        for name, table in read.items()
    }
