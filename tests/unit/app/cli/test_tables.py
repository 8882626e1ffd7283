"""A table on the terminal says that there is nothing rather than nothing."""

import pytest

from yumen.app.cli.tables import or_dash, print_table


def test_rows_stand_under_the_heads_in_the_readers_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUMEN_LANG", "en")
    print_table(("contract", "state"), [("members-crm", "running")])
    head, row = capsys.readouterr().out.splitlines()
    assert (head.split(), row.split()) == (["contract", "state"], ["members-crm", "running"])


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUMEN_LANG", "en")
    print_table(("contract",), [])
    assert capsys.readouterr().out == "Nothing to show.\n"


def test_what_is_not_there_is_a_dash() -> None:
    assert (or_dash(None), or_dash(0)) == ("–", "0")
