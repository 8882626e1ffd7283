"""Every expected failure becomes a sentence on stderr and its exit code; a defect keeps its traceback."""

from __future__ import annotations

import pytest
import typer

from yumen.app.cli.exits import FAILED, SETTINGS, told
from yumen.kit.db import UNAVAILABLE
from yumen.kit.errors import NotSent
from yumen.kit.settings import SettingsRefused
from yumen.kit.settings.faults import Fault


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (UNAVAILABLE(), FAILED, "[database.unavailable]"),
        (NotSent("http.timeout"), FAILED, "http.timeout"),
    ],
)
def test_expected_failures_are_told(
    failure: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, told():
        raise failure
    assert ended.value.exit_code == code
    assert said in capsys.readouterr().err


def test_refused_settings_are_told_fault_by_fault(capsys: pytest.CaptureFixture[str]) -> None:
    faults = [Fault("settings.unknown", "server.ports", {}), Fault("settings.unknown", "keys.floor", {})]
    with pytest.raises(typer.Exit) as ended, told():
        raise SettingsRefused(faults)
    assert ended.value.exit_code == SETTINGS
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), told():
        raise ZeroDivisionError
