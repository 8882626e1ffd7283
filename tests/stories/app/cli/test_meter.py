"""The meter from the terminal: a flow beside the gate is declared by two people and shown with its source."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.cli.test_commands import run
from tests.stories.app.conftest import Town

SAID = ("--persons", "300", "--source", "HR system, count of 2026-11-01")


async def test_a_flow_beside_the_gate_is_declared_in_two_steps_and_shown(town: Town, tmp_path: Path) -> None:
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    approval = (await run(town, tmp_path, "gateway", "declare", *SAID, "--key", han)).output.strip()
    assert approval.startswith("apr_")
    await run(town, tmp_path, "gateway", "approve", approval, "--key", li)
    other = await run(town, tmp_path, "gateway", "correct", *SAID, "--key", han, "--approval", approval)
    assert (other.exit_code, "[approval.other_facts]" in other.stderr) == (1, True), other.stderr
    done = await run(town, tmp_path, "gateway", "declare", *SAID, "--key", han, "--approval", approval)
    assert done.output.startswith("mch_"), done.stderr
    shown = await run(town, tmp_path, "gateway", "meter")
    assert (shown.exit_code, "+300" in shown.output, "general" in shown.output) == (0, True, True), shown.output


async def test_a_number_without_persons_or_with_an_endless_source_is_refused(town: Town, tmp_path: Path) -> None:
    key = await town.clerk("compliance")
    for persons, source, code in (("0", "mail", "meter.nothing_to_add"), ("5", "x" * 201, "meter.source_unfit")):
        done = await run(town, tmp_path, "gateway", "correct", "--persons", persons, "--source", source, "--key", key)
        assert (done.exit_code, f"[{code}]" in done.stderr) == (1, True), (done.output, done.stderr)
