"""Contracts from the terminal: the second person reads what is new; what no longer fits is told, not a traceback."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.cli.test_commands import run
from tests.stories.app.cli.test_gateway import SOURCE
from tests.stories.app.conftest import Town


async def proposed(town: Town, folder: Path, source: str, key: str) -> str:
    file = folder / "members-crm.toml"
    file.write_text(source)
    done = await run(town, folder, "gateway", "propose", str(file), "--key", key)
    assert done.exit_code == 0, (done.output, done.stderr)
    return done.output.strip()


async def test_the_second_person_reads_what_the_new_version_says_otherwise(town: Town, tmp_path: Path) -> None:
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    approval = await proposed(town, tmp_path, SOURCE, han)
    await run(town, tmp_path, "gateway", "approve", approval, "--key", li)
    await run(
        town, tmp_path, "gateway", "enforce", "members-crm", "--version", "1", "--approval", approval, "--key", han
    )
    await proposed(town, tmp_path, SOURCE.replace("version = 1", "version = 2").replace("730", "365"), han)
    first = await run(town, tmp_path, "gateway", "show", "members-crm", "--version", "1")
    second = await run(town, tmp_path, "gateway", "show", "members-crm", "--version", "2")
    assert "730" in first.output
    assert "Otherwise" not in first.output, "there was none before it"
    assert "730 → 365" in second.output
    listed = (await run(town, tmp_path, "gateway", "contracts")).output
    assert ("in_force" in listed, "proposed" in listed) == (True, True), listed
    nobody = await run(town, tmp_path, "gateway", "show", "members-crm", "--version", "3")
    assert (nobody.exit_code, "[contract.not_found]" in nobody.stderr) == (1, True)


async def test_a_contract_that_ended_meanwhile_is_told_fault_by_fault(town: Town, tmp_path: Path) -> None:
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    approval = await proposed(town, tmp_path, SOURCE, han)
    await run(town, tmp_path, "gateway", "approve", approval, "--key", li)
    await town.count(
        "update border.contract set body = convert_to(replace(convert_from(body, 'UTF8'),"
        ' \'"ends_on":"2029-10-31"\', \'"ends_on":"2026-11-02"\'), \'UTF8\') returning id'
    )
    done = await run(
        town, tmp_path, "gateway", "enforce", "members-crm", "--version", "1", "--approval", approval, "--key", han
    )
    assert (done.exit_code, "2026-11-02" in done.output) == (1, True), (done.output, done.stderr)


async def test_a_folder_is_no_contract_and_a_broken_version_before_is_told(town: Town, tmp_path: Path) -> None:
    file, broken = tmp_path / "a.toml", tmp_path / "b.toml"
    file.write_text(SOURCE)
    broken.write_text("id = = 1")
    assert (await run(town, tmp_path, "gateway", "check", str(tmp_path))).exit_code == 2
    against = await run(town, tmp_path, "gateway", "check", str(file), "--against", str(broken))
    assert (against.exit_code, f"{broken}:1" in against.output) == (1, True), against.output
