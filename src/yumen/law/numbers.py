"""Law as dated data: each number with its article, source, first day, review day and whether it is law at all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

import msgspec

from yumen.kit.i18n import Language, text


class Tag(StrEnum):
    """Whose word it is: a law in force, a platform's rule, or only our advice where no text gives a number."""

    LAW = "law"
    PLATFORM = "platform"
    ADVICE = "advice"


class Unit(StrEnum):
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"
    PERSON = "person"
    PERCENT = "percent"


class Bound(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BELOW = "below"
    EXACTLY = "exactly"


class UnknownNumberError(LookupError):
    """No record of that name is in force on that day: our defect, or a law not yet born."""


DAYS_MAX: Final = {Unit.DAY: 1.0, Unit.WORKING_DAY: 1.0, Unit.MONTH: 30.6, Unit.YEAR: 365.25}
"""Calendar days of the longest run of such units, before rounding up: 6 months ≤ 184, 3 years ≤ 1096."""


@dataclass(frozen=True, slots=True)
class LawNumber:
    """One dated record of `numbers.toml`. `ended_on` is its last day; None while it is in force."""

    name: str
    value: int
    unit: Unit
    bound: Bound
    tag: Tag
    article_en: str
    article_zh: str
    source: str
    effective_on: date
    review_on: date
    en: str
    zh: str
    ended_on: date | None = None

    def holds(self, on: date) -> bool:
        """Is it in force on that day?"""
        return self.effective_on <= on and (self.ended_on is None or on <= self.ended_on)

    def text(self, language: Language) -> str:
        """What the number means, as a sentence."""
        return self.zh if language == "zh" else self.en

    def article(self, language: Language) -> str:
        """Where it is written."""
        return self.article_zh if language == "zh" else self.article_en

    @property
    def days(self) -> int:
        """Calendar days that surely keep it: enough for `at_least` (rounded up), not too many for `at_most`.

        Working days count as calendar days, which is never later than the law's day.
        """
        exact = self.value * DAYS_MAX[self.unit]
        return -int(-exact // 1)


def number(name: str, on: date) -> LawNumber:
    """The record of that name in force on that day (a day in China). Raises UnknownNumberError."""
    for record in numbers():
        if record.name == name and record.holds(on):
            return record
    raise UnknownNumberError(f"no law number {name} on {on}")


def overdue(records: Sequence[LawNumber], on: date) -> list[str]:
    """The names of the records in force whose review day has passed."""
    return [record.name for record in records if record.holds(on) and record.review_on < on]


@cache
def numbers() -> tuple[LawNumber, ...]:
    """Every record, as written. Raises ValueError when two records of a name hold on one day."""
    file = resources.files("yumen.law") / "numbers.toml"
    records = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8"))["number"], tuple[LawNumber, ...])
    for earlier, later in _neighbours(records):
        if earlier.ended_on is None or earlier.ended_on >= later.effective_on:
            raise ValueError(f"two records of {later.name} hold on {later.effective_on}")
    return records


def render(records: Sequence[LawNumber], language: Language) -> str:
    """The numbers as a Markdown table that a lawyer can read."""
    heads = ("name", "value", "meaning", "tag", "article", "effective_on", "review_on")
    lines = [
        "| " + " | ".join(text(f"law.head.{head}", language) for head in heads) + " |",
        "|" + " --- |" * len(heads),
    ]
    for record in records:
        until = f" – {record.ended_on}" if record.ended_on else ""
        value = text(f"law.{record.bound}.{record.unit}", language, value=record.value)
        tag = text(f"law.tag.{record.tag}", language)
        lines.append(
            f"| `{record.name}` | {value} | {record.text(language)} | {tag} "
            f"| [{record.article(language)}]({record.source}) | {record.effective_on}{until} | {record.review_on} |"
        )
    return "\n".join(lines) + "\n"


def _neighbours(records: Sequence[LawNumber]) -> list[tuple[LawNumber, LawNumber]]:
    ordered = sorted(records, key=lambda record: (record.name, record.effective_on))
    return [(a, b) for a, b in pairwise(ordered) if a.name == b.name]
