"""`yumen init` writes a start that `yumen check wechat` understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from yumen.app.cli import app
from yumen.kit.settings import load

INIT = ["init", "--appid", "wx0123456789abcdef", "--company", "Velvet Pine"]


def test_init_writes_settings_that_check_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YUMEN_LANG", "en")
    made = CliRunner().invoke(app, [*INIT, "."])
    assert made.exit_code == 0
    assert "yumen.toml" in made.output
    checked = CliRunner().invoke(app, ["check", "wechat"])
    assert checked.exit_code == 1
    assert "AppSecret" in checked.output


def test_init_writes_the_chinese_name_and_the_address_of_the_hooks(tmp_path: Path) -> None:
    words = [*INIT, str(tmp_path), "--company-zh", "绒松有限公司", "--hooks-url", "https://hooks.example.cn"]
    assert CliRunner().invoke(app, words).exit_code == 0
    settings = load(tmp_path / "yumen.toml", {}).settings
    assert settings.handler["company"].name_zh == "绒松有限公司"
    assert settings.server.hooks_url == "https://hooks.example.cn"
    assert "https://hooks.example.cn/hooks/wechat/wx0123456789abcdef" in (tmp_path / "yumen.toml").read_text("utf-8")


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, [*INIT, str(tmp_path)]).exit_code == 0
    before = (tmp_path / "yumen.toml").read_bytes()
    assert CliRunner().invoke(app, [*INIT, str(tmp_path)]).exit_code == 1
    assert (tmp_path / "yumen.toml").read_bytes() == before


def test_an_appid_of_another_shape_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["init", str(tmp_path), "--appid", "wx1", "--company", "Velvet Pine"])
    assert refused.exit_code == 1
    assert list(tmp_path.iterdir()) == []
