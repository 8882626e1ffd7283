"""The commands `yumen import` and `yumen export`, as somebody at a terminal sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.app.conftest import Town, sandbox, town  # noqa: F401  # fixtures
from tests.stories.app.test_custody import approved
from tests.stories.app.transfer.conftest import HEADS
from yumen.app.cli import transfer as commands
from yumen.app.transfer import command
from yumen.kit.errors import Problem


def row(town: Town, number: int, phone: str) -> str:  # noqa: F811
    return f"m-{number},{town.appid},oAtTheTerminal{number:014d},,{phone},,,"


async def test_a_file_is_looked_at_taken_in_and_told_in_both_languages(town: Town, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "members.csv"
    file.write_text("\n".join([HEADS["members"], row(town, 1, "13800000001"), row(town, 2, "wrong")]) + "\n")
    told: list[int] = []
    dry = await command.bring(town.settings, "members", file, "sap", "", True, told.append)
    assert command.report_lines(dry, "en", True)[0].startswith("Nothing was written. 2 rows: would be taken 1")
    report = await command.bring(town.settings, "members", file, "sap", "velvet", False, told.append)
    english, chinese = command.report_lines(report, "en", False), command.report_lines(report, "zh", False)
    assert english[1] == "line 3, field phone: This field has not the shape it must have."
    assert chinese[1].startswith("第 3 行，字段 phone：")
    assert not any("wrong" in line or "13800000001" in line for line in (*english, *chinese))
    assert told == [2, 2]
    (line,) = await command.status(town.settings, "", "en")
    assert "members from sap: 2 rows, taken 1" in line
    with pytest.raises(Problem, match=r"transfer\.source_unfit"):
        await command.bring(town.settings, "members", file, "S A P", "", True, told.append)
    with pytest.raises(Problem, match=r"transfer\.no_file"):
        await command.bring(town.settings, "members", tmp_path / "none.csv", "sap", "", False, told.append)
    with pytest.raises(Problem, match=r"handler\.unclear"):
        await command.bring(town.settings, "members", file, "sap", "nobody", False, told.append)


async def test_the_export_is_carried_out_by_the_holder_of_a_key(town: Town, tmp_path: Path) -> None:  # noqa: F811
    await town.visitor()
    first, second = await town.clerk("operator", "compliance"), await town.clerk("operator", "compliance")
    approval = await approved(town, "data.export", first, second, scope="everything")  # type: ignore[arg-type]
    seen: list[str] = []
    with pytest.raises(Problem, match=r"auth\.invalid"):
        await command.carry_out(town.settings, tmp_path / "out", approval, "yk_of_nobody", lambda *_: None)
    manifest = await command.carry_out(
        town.settings, tmp_path / "out", approval, first, lambda name, rows: seen.append(name)
    )
    assert {entry.name: entry.rows for entry in manifest.files}["import/members.jsonl"] == 1
    assert "tables/identity.alias.jsonl" in seen


def test_every_kind_has_its_command() -> None:
    names = {one.callback.__name__ for one in commands.group.registered_commands if one.callback}
    assert names == {"members", "points", "orders", "consents", "status", "catalogue"}
