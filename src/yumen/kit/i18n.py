"""Every sentence a person reads, in English and Simplified Chinese, looked up by its code.

Texts live in `locales/<language>/<module>.toml`, one flat table of dotted codes; both languages hold the same codes
and the same `{placeholders}`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, Literal

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


def text(code: str, language: Language, **facts: str | int) -> str:
    """The sentence of a code. A code without a sentence is a defect that a tidy test finds: it answers itself.

    A fact that is a code itself is said in the words of `<code>.<name>.<fact>`, where there are any.
    """
    known = catalogue(language)
    sentence = known.get(code)
    if sentence is None:
        return code
    return sentence.format_map(_Facts({name: known.get(f"{code}.{name}.{fact}", fact) for name, fact in facts.items()}))


def has_text(code: str) -> bool:
    """Is there a sentence for this code in every language?"""
    return all(code in catalogue(language) for language in LANGUAGES)


def negotiate(accept_language: str | None) -> Language:
    """The language of an `Accept-Language` header: Chinese if the reader prefers it to English, else English."""
    best: tuple[float, Language] = (0.0, "en")
    for part in (accept_language or "")[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        language: Language | None = "zh" if tag.lower().startswith("zh") else "en" if tag.lower()[:2] == "en" else None
        if language is not None and (score := _weight(weight)) > best[0]:
            best = (score, language)
    return best[1]


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """All sentences of one language, read once."""
    files = sorted(file.name for file in _folder(language).iterdir() if file.name.endswith(".toml"))
    return {code: sentence for name in files for code, sentence in chapter(language, name[:-5]).items()}


@cache
def chapter(language: Language, name: str) -> Mapping[str, str]:
    """The sentences of one file only, for a program that must start fast."""
    return tomllib.loads((_folder(language) / f"{name}.toml").read_text(encoding="utf-8"))


def _folder(language: Language) -> Traversable:
    return resources.files("yumen") / "locales" / language


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


class _Facts(dict[str, str | int]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
