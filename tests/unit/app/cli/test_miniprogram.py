"""`yumen miniprogram settings` prints the sheet for the first app, as text or as JSON."""

import json
import os

import pytest
from typer.testing import CliRunner

from yumen.app.cli import app

TOML = """
[handler.silk]
name = "Silk Co."
contact = "privacy@velvet.example"
[brand.silk]
handler = "silk"
name = "Silk"
[app.velvet]
brand = "silk"
appid = "wx0123456789abcdef"
secret = "0123456789abcdef0123456789abcdef"
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    file = tmp_path / "yumen.toml"
    file.write_text(TOML)
    for name in [name for name in os.environ if name.startswith("YUMEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_CONFIG", str(file))


@pytest.mark.usefixtures("config")
def test_the_sheet_of_the_first_app_is_printed():
    said = CliRunner().invoke(app, ["miniprogram", "settings", "--lang", "en"])
    assert said.exit_code == 0, said.output
    assert "wx0123456789abcdef, Silk Co." in said.output
    told = CliRunner().invoke(app, ["miniprogram", "settings", "--format", "json", "--lang", "zh"])
    assert json.loads(told.output)["appid"] == "wx0123456789abcdef"


@pytest.mark.usefixtures("config")
def test_the_privacy_guide_alone_is_what_wechats_api_and_our_auditor_read():
    said = CliRunner().invoke(app, ["miniprogram", "settings", "--guide", "--lang", "zh"])
    told = json.loads(said.output)
    assert told["owner_setting"]["contact_email"] == "privacy@velvet.example"
    assert {"PhoneNumber", "Clipboard"} <= {one["privacy_key"] for one in told["setting_list"]}


@pytest.mark.usefixtures("config")
def test_an_app_that_is_not_there_ends_with_1():
    assert CliRunner().invoke(app, ["miniprogram", "settings", "--app", "linen"]).exit_code == 1
