"""The command line: help in both languages, exit codes, and what each command says when it is refused."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yumen import __version__
from yumen.app.cli import app

HAN = re.compile(r"[一-鿿]")
COMMANDS = (
    "up", "demo", "init", "check", "migrate", "serve", "worker", "config", "datamap", "openapi",
    "trail", "keys", "jobs", "access", "sandbox", "audit", "evidence",
)  # fmt: skip
GROUPS = {
    "trail": ("status", "export", "check", "rotate-signer"),
    "keys": ("status", "rotate-epoch", "rotate-root", "destroy-epoch", "repeat-shreds"),
    "jobs": ("dead", "show", "replay", "discard"),
    "access": ("bootstrap", "matrix"),
    "evidence": ("export",),
    "sandbox": ("wechat",),
}
EMPTY = {"YUMEN_CONFIG": "", "YUMEN_LANG": "en"}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it, as the place of work."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("YUMEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_LANG", "en")
    return tmp_path


def process(*words: str, language: str = "en", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YUMEN_")}
    return subprocess.run(
        [sys.executable, "-m", "yumen", *words], env={**kept, "YUMEN_LANG": language}, cwd=folder,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def write_databases(folder: Path, url: str) -> None:
    names = ("owner", "app", "sequencer", "staff", "keys", "keys_owner")
    (folder / "yumen.toml").write_text("[database]\n" + "\n".join(f'{name} = "{url}"' for name in names) + "\n")


def test_the_list_of_commands_says_each_sentence_to_its_end() -> None:
    listed = CliRunner().invoke(app, ["--help"]).output
    assert "secrets hidden." in " ".join(listed.split())
    assert "..." not in listed.partition("Commands:")[2]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_speaks_the_language_of_the_terminal(language: str, tmp_path: Path) -> None:
    said = process("--help", language=language, folder=tmp_path)
    assert said.returncode == 0
    assert all(f"  {command} " in said.stdout for command in COMMANDS)
    assert bool(HAN.search(said.stdout)) == (language == "zh")


@pytest.mark.parametrize("words", [(group, command) for group in GROUPS for command in GROUPS[group]])
def test_every_command_of_every_group_has_help(words: tuple[str, str]) -> None:
    said = CliRunner().invoke(app, [*words, "--help"])
    assert said.exit_code == 0
    assert len(said.output.splitlines()) > 4


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"yumen {__version__}\n"


@pytest.mark.parametrize(
    "words", [(), ("nonsense",), ("serve", "nowhere"), ("keys", "destroy-epoch", "0"), ("jobs", "show")]
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, list(words)).exit_code == 2


def test_refused_settings_end_with_3_and_name_the_place(elsewhere: Path) -> None:
    (elsewhere / "yumen.toml").write_text('[server]\nshopper_port = "many"\nunknown = 1\n')
    said = CliRunner().invoke(app, ["config"])
    assert said.exit_code == 3
    assert "server.shopper_port" in said.stderr
    assert "server.unknown" in said.stderr


def test_effective_settings_are_printed_without_secrets(elsewhere: Path) -> None:
    write_databases(elsewhere, "postgresql://u:hunter2@127.0.0.1/x")
    told = CliRunner().invoke(app, ["config"])
    assert told.exit_code == 0
    assert "hunter2" not in told.output
    decoded = CliRunner().invoke(app, ["config", "--format", "json"])
    assert "hunter2" not in decoded.output
    assert json.loads(decoded.output)


@pytest.mark.parametrize(("language", "chinese"), [("en", False), ("zh", True)])
def test_the_data_map_is_printed(language: str, chinese: bool) -> None:
    said = CliRunner().invoke(app, ["datamap", "--lang", language])
    assert said.exit_code == 0
    assert bool(HAN.search(said.output)) == chinese
    assert json.loads(CliRunner().invoke(app, ["datamap", "--format", "json"]).output)


def test_the_openapi_document_is_printed() -> None:
    said = CliRunner().invoke(app, ["openapi", "--edge", "hooks"])
    assert json.loads(said.output)["info"]["title"] == "Yumen hooks API"


def test_the_access_matrix_is_printed() -> None:
    assert "/staff/v1/whoami" in CliRunner().invoke(app, ["access", "matrix"]).output


def test_the_roles_to_be_made_are_printed_as_sql() -> None:
    assert "yumen_app" in CliRunner().invoke(app, ["migrate", "--roles"]).output


def test_a_database_that_is_away_ends_with_1_and_a_sentence(elsewhere: Path) -> None:
    write_databases(elsewhere, "postgresql://nobody:x@127.0.0.1:1/none")
    for words in (("trail", "status"), ("jobs", "dead"), ("migrate", "--status")):
        said = process(*words, folder=elsewhere)
        assert said.returncode == 1
        assert said.stderr.splitlines()[-1].endswith("[database.unavailable]")
        assert "Traceback" not in said.stderr


def test_first_settings_are_written_once_and_pass_their_own_check(elsewhere: Path) -> None:
    words = ["init", str(elsewhere / "shop"), "--appid", "wx0123456789abcdef", "--company", "Velvet Pine Ltd."]
    assert CliRunner().invoke(app, words).exit_code == 0
    again = CliRunner().invoke(app, words)
    assert (again.exit_code, "wechat.init_exists" in again.stderr) == (1, True)
    shown = CliRunner().invoke(app, ["--config", str(elsewhere / "shop" / "yumen.toml"), "config"])
    assert shown.exit_code == 0
    assert "wx0123456789abcdef" in shown.output


def test_checking_wechat_without_an_app_says_what_is_missing(elsewhere: Path) -> None:
    said = CliRunner().invoke(app, ["check", "wechat"])
    assert (said.exit_code, "app.none_set" in said.stderr) == (1, True)
