"""Which settings file counts, and which regions are the mainland's."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.app.configured import read_settings, settings_file
from yumen.kit.settings import FILE_VARIABLE, SettingsRefused


def test_the_named_file_wins_over_the_variable_and_that_over_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    assert settings_file() is None
    (tmp_path / "yumen.toml").touch()
    assert settings_file() == Path("yumen.toml")
    monkeypatch.setenv(FILE_VARIABLE, "/elsewhere/yumen.toml")
    assert settings_file() == Path("/elsewhere/yumen.toml")
    assert settings_file(Path("named.toml")) == Path("named.toml")


@pytest.mark.parametrize("region", ["tencent/ap-singapore", "aws/cn-north-1x", "nowhere/ap-shanghai"])
def test_production_refuses_a_store_outside_the_mainland(tmp_path: Path, region: str) -> None:
    file = tmp_path / "yumen.toml"
    file.write_text(f'environment = "production"\n[database]\nregion = "{region}"\n')
    with pytest.raises(SettingsRefused) as refused:
        read_settings(file)
    assert "database.region" in {fault.key for fault in refused.value.faults if fault.place == "yumen.toml:3"}
