"""Wrong usage and help are said in the reader's language, whatever the library of the command line says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from yumen.app.cli import app, usage
from yumen.app.cli.words import say

WRONG = [
    ("demo --foo", "no_option_near", "--foo"),
    ("trail check --zzz", "no_option", "--zzz"),
    ("impor", "no_command_near", "import"),
    ("zzz", "no_command", "zzz"),
    ("--config none.toml", "no_command_given", "-h"),
    ("import members", "argument_missing", "FILE"),
    ("export out", "option_missing", "--approval"),
    ("--config", "value_missing", "--config"),
    ("demo --once=3", "value_unwanted", "--once"),
    ("demo a b", "too_many", "a b"),
    ("demo --shoppers x", "no_number", "--shoppers"),
    ("demo --shoppers 2", "too_small", "4"),
    ("demo --shoppers 99999", "too_large", "10000"),
    ("serve nothing", "one_of", "staff"),
    ("reconcile 2026-13-40", "no_day", "2026-13-40"),
    ("gateway check {folder}/none.toml", "not_there", "none.toml"),
    ("gateway check {folder}", "a_folder", "{folder}"),
]


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("YUMEN_LANG", request.param)
    return str(request.param)


@pytest.mark.parametrize(("words", "code", "fact"), WRONG)
def test_what_is_wrong_is_said_in_one_language(
    words: str, code: str, fact: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        usage.run(app, words.format(folder=tmp_path).split())
    assert ended.value.code == 2
    said = capsys.readouterr().err
    beginning = say(f"usage.{code}").partition("{")[0].strip()
    assert beginning in said
    assert fact.format(folder=tmp_path) in said
    *head, fault = said.strip().splitlines()
    if head:  # the library does not always say which command was meant
        assert head[0].startswith(say("help.usage"))
        assert head[1].startswith(say("usage.help").partition("{")[0])
    assert fault.startswith(say("usage.fault").partition("{")[0])
    if language == "zh":
        assert not any(word in said for word in ("Usage", "Error", "Invalid", "No such", "Missing", "should be"))


def test_every_sentence_of_the_library_that_is_known_was_met() -> None:
    met = {code for _, code, _ in WRONG}
    around, not_for_root = {"value_unfit"}, {"not_readable"}  # it stands around others; who is root may read anything
    assert {code for code, _ in usage.SENTENCES} == met | around | not_for_root


def test_a_file_that_may_not_be_read_is_named(language: str) -> None:
    said = usage.sentence("Invalid value for 'FILE': File 'a.toml' is not readable.")
    why = say("usage.not_readable", None, path="a.toml")
    assert said == say("usage.value_unfit", None, name="FILE", why=why)


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert usage.sentence("Something nobody has seen yet.") == "Something nobody has seen yet."


def test_a_command_that_is_given_no_word_tells_its_help_once(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        usage.run(app, ["import"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count(say("help.usage")) == 1
    assert say("usage.fault").partition("{")[0] not in said


def commands(command: object, path: list[str]) -> Iterator[list[str]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, [*path, name])


@pytest.mark.parametrize("path", list(commands(get_command(app), [])), ids=" ".join)
def test_no_help_mixes_languages(
    path: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUMEN_LANG", "zh")
    with pytest.raises(SystemExit) as ended:
        usage.run(app, [*path, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("用法：")
    assert not any(
        word in said for word in ("[OPTIONS]", "Options:", "Commands:", "Arguments:", "Show this", "required]")
    )


def test_how_a_command_ends_is_how_the_process_ends() -> None:
    program = typer.Typer()

    @program.command()
    def end(how: str) -> None:
        if how == "abort":
            raise typer.Abort
        if how == "exit":
            raise typer.Exit(3)

    for how, code in (("well", 0), ("exit", 3), ("abort", 1)):
        with pytest.raises(SystemExit) as ended:
            usage.run(program, [how])
        assert ended.value.code == code
