"""Where the lines of the modules go: one JSON object a line for programs, the sentence of its code for people.

Request, job and publishing lines are written by their own edges. A code that has a text (`crypto.libcrypto_unfixed`)
is told by it where a person reads.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Final, TextIO

import msgspec

from yumen.kit.i18n import Language, has_text, text
from yumen.kit.settings import LoggingSettings

OURS: Final = "yumen"


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "said"}`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage(),
        }
        return msgspec.json.encode(line).decode()


class Sentences(logging.Formatter):
    """The sentence of a code, or the line as it is."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        return text(said, self._language) if has_text(said) else said


def for_servers(settings: LoggingSettings) -> None:
    """Set the lines of this process up as the settings say; they go to stdout, beside the request lines."""
    _set_up(JsonLines() if settings.format == "json" else logging.Formatter("%(name)s %(message)s"), sys.stdout)
    logging.getLogger(OURS).setLevel(settings.level.upper())


def for_commands(language: Language) -> None:
    """A command of a person at a terminal: errors only, in their language."""
    _set_up(Sentences(language), sys.stderr)
    logging.getLogger(OURS).setLevel(logging.ERROR)


def _set_up(formatter: logging.Formatter, stream: TextIO) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger(OURS)
    logger.handlers[:] = [handler]
    logger.propagate = False
