"""The simulators from the command line: wrong usage ends before a port is opened."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from yumen.app.cli import app


@pytest.mark.parametrize("words", [["sandbox", "wechat", "--port", "70000"], ["sandbox", "alipay"]])
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2
