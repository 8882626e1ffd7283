"""The record of a mechanism on the disk, held against the data map of the house."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.stories.app.cli.test_filing import RECORD
from yumen.app.gateway.records import read_record
from yumen.border import BadContractError

TODAY = date(2026, 11, 26)


def test_a_sound_record_is_read(tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD)
    assert read_record(file, TODAY).number == "SH-2026-1"


def test_a_field_that_the_house_does_not_keep_is_told(tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD.replace("profile.phone.phone", "member.phone.phone"))
    with pytest.raises(BadContractError) as refused:
        read_record(file, TODAY)
    assert [(fault.code, fault.line) for fault in refused.value.faults] == [("contract.field_unknown", 5)]
