"""`yumen audit` from the command line: exit codes, formats, languages, and the plain package alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yumen.app.cli import app

RUN = CliRunner()
BROKEN = '[domains]\nrequest = ["10.0.0.3"]\n'
SOUND = '[domains]\nrequest = ["api.orvane.example"]\n'
PLAIN = {"YUMEN_LANG": "en", "YUMEN_AUDIT_NO_CACHE": "1"}
HEAVY = ("litestar", "psycopg", "procrastinate", "aiohttp", "cryptography", "granian", "uvloop", "jinja2", "gmssl_pyx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "yumen-audit.toml").write_text(BROKEN)
    return tmp_path


def ask(folder: Path, *words: str):
    return RUN.invoke(app, ["audit", str(folder), *words], env=PLAIN)


def test_a_finding_ends_with_one_and_none_with_zero(folder):
    found = ask(folder, "--only", "HST001")
    assert (found.exit_code, "HST001" in found.output) == (1, True)
    (folder / "yumen-audit.toml").write_text(SOUND)
    sound = ask(folder, "--only", "HST001")
    assert (sound.exit_code, "No finding among 1 checked." in sound.output) == (0, True)


def test_what_stood_in_the_baseline_does_not_fail(folder):
    assert ask(folder, "--only", "HST", "--format", "json", "--output", str(folder / "last.json")).exit_code == 1
    assert ask(folder, "--only", "HST", "--baseline", str(folder / "last.json")).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "XYZ"), "No rule, letters or area is called XYZ."),
        (("--baseline", "none.json"), "not a JSON report"),
        (("--explain", "XYZ"), "No rule"),
        (("--format", "docx", "-o", "none/report.docx"), "cannot be written"),
    ],
)
def test_what_cannot_be_understood_is_told_without_a_traceback(folder, words, said):
    answer = ask(folder, *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.output


def test_a_run_that_checked_nothing_does_not_pass(folder):
    (folder / "yumen-audit.toml").unlink()
    answer = ask(folder)
    assert answer.exit_code == 2
    assert "Nothing was checked" in answer.stderr
    assert "No finding among 0 checked." in answer.output


def test_a_wrong_word_is_wrong_usage(folder):
    assert ask(folder, "--severity", "awful").exit_code == 2


def test_a_rule_is_explained_in_the_language_asked_for(folder):
    assert "# FIL002 小程序或 App 用的是别的服务的备案号" in ask(folder, "--explain", "FIL002", "--lang", "zh").output
    both = ask(folder, "--explain", "FIL002", "--lang", "both").output
    assert "# FIL002 The number of the mini-program" in both
    assert "小程序" in both


@pytest.mark.parametrize("shape", ["text", "html", "json", "sarif", "junit", "markdown", "docx"])
def test_each_format_is_written_to_its_file(folder, shape):
    target = folder / "report"
    assert ask(folder, "--only", "HST001", "--format", shape, "--output", str(target)).exit_code == 1
    assert target.stat().st_size > 200


def test_json_on_standard_output_is_json_alone(folder):
    said = RUN.invoke(app, ["audit", str(folder), "--only", "HST001", "--format", "json"], env=PLAIN)
    assert json.loads(said.stdout)["summary"]["findings"] == 1


def test_the_day_can_be_set(folder):
    (folder / "yumen-audit.toml").write_text('[[filing]]\nkind = "edi"\nuntil = 2026-06-30\n')
    assert ask(folder, "--only", "FIL030", "--as-of", "2026-06-30").exit_code == 0
    assert ask(folder, "--only", "FIL030", "--as-of", "2026-07-01").exit_code == 1


def test_the_plain_package_is_enough(folder):
    """No server, no database driver, no cryptography is imported by a whole audit."""
    blocked = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ImportError(name + " is not in the plain package")
sys.meta_path.insert(0, Refuse())
sys.argv = ["yumen", "audit", {str(folder)!r}, "--no-cache", "--format", "html", "--output", {str(folder / "r.html")!r}]
from yumen.app.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_looking_into_a_database_without_its_driver_says_what_to_install(folder):
    blocked = f"""
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "psycopg" else find(name, package)
sys.argv = ["yumen", "audit", {str(folder)!r}, "--no-cache", "--db", "postgresql://nobody@127.0.0.1:1/none"]
from yumen.app.cli import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", blocked], capture_output=True, text=True, check=False, env={"YUMEN_LANG": "en"}
    )
    assert (done.returncode, "yumen[server]" in done.stderr) == (2, True), done.stderr
