"""Programs that stay: their usage is checked before anything is started."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from yumen.app.cli import app


@pytest.mark.parametrize(
    "words",
    [["serve"], ["serve", "cellar"], ["demo", "--shoppers", "1"], ["demo", "--shoppers", "x"], ["worker", "now"]],
)
def test_wrong_usage_ends_with_2_and_starts_nothing(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2


def test_settings_that_are_refused_end_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUMEN_SERVER__WORKERS", "many")
    assert CliRunner().invoke(app, ["serve", "shopper"]).exit_code == 3
