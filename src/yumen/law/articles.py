"""Where a rule is written: a short name for use in code, the citation for people, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from yumen.kit.i18n import Language


@dataclass(frozen=True, slots=True)
class Article:
    """One citation, from the day it is in force."""

    en: str
    zh: str
    source: str
    effective_on: date
    review_on: date

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def article(name: str) -> Article:
    """The citation of that name (`pipl_39`). An unknown name is our defect: KeyError."""
    return articles()[name]


@cache
def articles() -> Mapping[str, Article]:
    """Every citation by its name."""
    file = resources.files("yumen.law") / "articles.toml"
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, Article])
