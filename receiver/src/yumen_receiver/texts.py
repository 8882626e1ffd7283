"""Every sentence of the receiver, in English and Chinese, by its code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("en", "zh")


def text(code: str, language: str, **facts: int | str) -> str:
    """The sentence of a code with its facts filled in."""
    return catalogue(language)[code].format_map(facts)


@cache
def catalogue(language: str) -> dict[str, str]:
    file = resources.files("yumen_receiver") / "locales" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
