"""What the command line says: texts from `locales/*/cli.toml`, in the language of the terminal."""

from __future__ import annotations

import os
from typing import Final

from yumen.kit.i18n import Language, chapter

VARIABLES: Final = ("YUMEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language() -> Language:
    """Chinese where the terminal speaks Chinese, else English; `YUMEN_LANG=en|zh` wins."""
    spoken = next((os.environ[name] for name in VARIABLES if os.environ.get(name)), "")
    return "zh" if spoken.lower().startswith("zh") else "en"


def say(code: str, language: Language | None = None, **facts: str | int) -> str:
    """The sentence `cli.<code>`."""
    sentence = chapter(language or terminal_language(), "cli")[f"cli.{code}"]
    return sentence.format(**facts) if facts else sentence
