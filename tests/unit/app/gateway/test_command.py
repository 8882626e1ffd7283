"""A contract on the disk, held against the data map of the house, before anything is opened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.stories.gateway.conftest import WRITTEN
from yumen.app.cli import app
from yumen.app.gateway.command import check, lines_of

TODAY = date(2026, 11, 26)
FILLED = {
    "external": "loyalty.member.number", "last_state_wins": "true", "starts_on": "2026-11-01", "ends_on": "2029-10-31",
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "members-crm.toml"
    written.write_text(WRITTEN.format(version=1, **FILLED))
    return written


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["gateway", *words], env={"YUMEN_LANG": "en"})


def test_a_sound_contract_is_said_statement_by_statement(file: Path) -> None:
    draft, faults = check(file, TODAY)
    assert draft is not None
    assert faults == []
    assert len(lines_of(draft, None, "zh")) == len(lines_of(draft, None, "en")) > 20
    done = run("check", str(file))
    assert (done.exit_code, "Velvet SA" in done.output) == (0, True)


def test_only_what_is_new_is_said_against_the_one_before(file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.toml"
    new.write_text(WRITTEN.format(version=2, **FILLED).replace("days = 730", "days = 365"))
    done = run("check", str(new), "--against", str(file))
    assert done.exit_code == 0
    assert len(done.output.splitlines()) == 2, "version and retention"
    assert "365" in done.output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('field = "profile.phone.phone"', 'field = "profile.phone.shoe_size"'),
        ('field = "profile.phone.phone"', 'field = "orders.invoice.email"'),
        ('basis = "consent"', 'basis = "whim"'),
        ('country = "FR"', 'country = "France"'),
        ("[schedule]", "[schedule"),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_command_fails(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))
    done = run("check", str(file))
    assert done.exit_code == 1
    assert f"{file}:" in done.output, "with the line"


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert run("check", "nowhere.toml").exit_code == 2


def test_a_field_that_nothing_opens_is_told_once_and_so_is_one_that_the_map_does_not_know(file: Path) -> None:
    for address, code in (("orders.invoice.email", "contract.not_servable"), ("a.b.c", "contract.field_unknown")):
        written = file.read_text()
        file.write_text(written.replace("profile.phone.phone", address))
        assert [fault.code for fault in check(file, TODAY)[1]] == [code]
        file.write_text(written)
