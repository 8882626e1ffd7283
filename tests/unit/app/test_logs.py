"""Lines for programs are JSON, lines for people are sentences in their language."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import msgspec
import pytest

from yumen.app.logs import OURS, JsonLines, Sentences, for_commands, for_servers
from yumen.kit.settings import LoggingSettings


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    logger = logging.getLogger(OURS)
    kept = (logger.handlers[:], logger.propagate, logger.level)
    yield
    logger.handlers[:], logger.propagate = kept[0], kept[1]
    logger.setLevel(kept[2])


def record(said: str) -> logging.LogRecord:
    return logging.LogRecord("yumen.kit", logging.WARNING, __file__, 1, said, None, None)


def test_a_line_for_programs_is_one_object() -> None:
    line = msgspec.json.decode(JsonLines().format(record("auth.missing")))
    assert (line["level"], line["logger"], line["said"]) == ("warning", "yumen.kit", "auth.missing")


def test_a_code_is_told_as_its_sentence() -> None:
    assert Sentences("en").format(record("auth.missing")) != "auth.missing"
    assert Sentences("zh").format(record("auth.missing")) != Sentences("en").format(record("auth.missing"))
    assert Sentences("en").format(record("said as it is")) == "said as it is"


def test_servers_write_where_requests_are_written_and_commands_only_errors() -> None:
    for_servers(LoggingSettings(level="debug"))
    (handler,) = logging.getLogger(OURS).handlers
    assert isinstance(handler, logging.StreamHandler)
    assert (handler.stream, logging.getLogger(OURS).level) == (sys.stdout, logging.DEBUG)
    for_commands("en")
    (handler,) = logging.getLogger(OURS).handlers
    assert isinstance(handler, logging.StreamHandler)
    assert (handler.stream, logging.getLogger(OURS).level) == (sys.stderr, logging.ERROR)
