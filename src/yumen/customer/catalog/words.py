"""Cut Chinese and English text into the words it is found by. Pure.

PostgreSQL alone knows no Chinese words, so a run of Han characters is indexed as its characters and as each pair of
neighbours; looked for, a run of two or more is its pairs. Other scripts are cut into words. No dictionary, so a new
product name is found the day it is sold; the price is that a pair across two words matches too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

WORD_LENGTH_MAX: Final = 40
ASKED_MAX: Final = 16
STEM_LENGTH_MIN: Final = 4

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_RUN: Final = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+")


def indexed(texts: Iterable[str]) -> frozenset[str]:
    """The words under which these texts are found."""
    found: set[str] = set()
    for run, is_han in _runs(texts):
        if is_han:
            found.update(run)
            found.update(_pairs(run))
        else:
            found.add(_stem(run))
    return frozenset(found)


def asked(text: str) -> tuple[str, ...]:
    """The words a search asks for, all of which must be there; at most `ASKED_MAX`, none if the text has no word."""
    found: dict[str, None] = {}
    for run, is_han in _runs([text]):
        if not is_han:
            found[_stem(run)] = None
        elif len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(_pairs(run)))
    return tuple(found)[:ASKED_MAX]


def vector(words: Iterable[str]) -> str:
    """Words as a `tsvector` literal. They hold letters and digits only, so that quoting them is enough."""
    return " ".join(f"'{word}'" for word in sorted(words))


def query(words: Iterable[str]) -> str:
    """Words as a `tsquery` literal that wants all of them."""
    return " & ".join(f"'{word}'" for word in words)


def _runs(texts: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for text in texts:
        for run in _RUN.finditer(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())):
            yield run.group(), run["han"] is not None


def _pairs(run: str) -> Iterator[str]:
    return (first + second for first, second in pairwise(run))


def _stem(word: str) -> str:
    """Without the plural's s, cut to a bounded length."""
    word = word[:WORD_LENGTH_MAX]
    plural = len(word) >= STEM_LENGTH_MIN and word.isascii() and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word
