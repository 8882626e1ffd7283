"""A mechanism from the terminal: checked, put on file by two people, listed, revoked; faults with their place."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.cli.test_commands import run
from tests.stories.app.conftest import Town

RECORD = """\
route = "standard_contract"
number = "SH-2026-1"
recipient = "hq"
purposes = ["marketing"]
fields = ["loyalty.member.number", "profile.phone.phone", "profile.detail.nickname"]
retention_days = 730
issued_on = 2026-03-01
"""


async def test_a_mechanism_comes_on_file_by_two_people_and_is_revoked_by_one(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD)
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    checked = await run(town, tmp_path, "gateway", "filing", "check", str(file))
    assert (checked.exit_code, "SH-2026-1" in checked.output) == (0, True), checked.stderr
    approval = (await run(town, tmp_path, "gateway", "filing", "propose", str(file), "--key", han)).output.strip()
    register = ("gateway", "filing", "register", str(file), "--approval", approval, "--key", han)
    early = await run(town, tmp_path, *register)
    assert (early.exit_code, "[approval.not_approved]" in early.stderr) == (1, True)
    await run(town, tmp_path, "gateway", "approve", approval, "--key", li)
    done = await run(town, tmp_path, *register)
    filing = done.output.split()[0]
    assert filing.startswith("fil_"), (done.output, done.stderr)
    assert "SH-2026-1" in (await run(town, tmp_path, "gateway", "filing", "list")).output
    revoked = await run(town, tmp_path, "gateway", "filing", "revoke", filing, "--key", han)
    assert revoked.exit_code == 0
    assert await town.count("select count(*) from border.filing where revoked_on is not null") == 1


async def test_another_record_than_the_approved_one_is_not_registered(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD)
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    approval = (await run(town, tmp_path, "gateway", "filing", "propose", str(file), "--key", han)).output.strip()
    await run(town, tmp_path, "gateway", "approve", approval, "--key", li)
    file.write_text(RECORD.replace("730", "1096"))
    done = await run(town, tmp_path, "gateway", "filing", "register", str(file), "--approval", approval, "--key", han)
    assert (done.exit_code, "[approval.other_facts]" in done.stderr) == (1, True)


async def test_a_faulty_record_is_told_with_its_place(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD.replace("profile.phone.phone", "profile.phone.shoe"))
    done = await run(town, tmp_path, "gateway", "filing", "check", str(file))
    assert (done.exit_code, f"{file}:5 fields:" in done.output) == (1, True), done.output


async def test_who_may_not_is_denied(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "filing.toml"
    file.write_text(RECORD)
    key = await town.clerk("support")
    done = await run(town, tmp_path, "gateway", "filing", "propose", str(file), "--key", key)
    assert (done.exit_code, "[access.denied]" in done.stderr) == (1, True), done.stderr
