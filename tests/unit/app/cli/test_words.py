"""The language of the terminal, and that every sentence exists in both."""

from __future__ import annotations

import pytest

from yumen.app.cli.words import VARIABLES, say, terminal_language


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "YUMEN_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN", "YUMEN_LANG": "en"}, "en"),
    ],
)
def test_the_terminal_says_which_language_it_speaks(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language


def test_a_sentence_takes_its_facts() -> None:
    assert "7" in say("migrate.done", "en", applied=7)
    assert say("migrate.done", "zh", applied=7) != say("migrate.done", "en", applied=7)
