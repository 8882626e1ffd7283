"""The shop's commands say what they did, and end with 1 where something differs or is faulty."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.stories.app.conftest import Town
from yumen.app.cli import app

GOODS = (
    "sku,product,brand,name_en,name_zh,list_fen,member_fen,on_hand,status\n"
    "S0001,P0001,velvet,Scarf,围巾,19900,,5,published\n"
)


@pytest.fixture
def settings(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = town.settings_file(tmp_path)
    monkeypatch.setenv("YUMEN_CONFIG", str(file))
    monkeypatch.setenv("YUMEN_LANG", "en")
    return file


async def run(*words: str) -> tuple[int, str]:
    done = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    return done.exit_code, done.output


async def test_a_catalogue_is_tried_then_taken_in_and_a_faulty_one_ends_with_one(
    settings: Path, tmp_path: Path
) -> None:
    good, faulty = tmp_path / "goods.csv", tmp_path / "faulty.csv"
    good.write_text(GOODS, encoding="utf-8")
    faulty.write_text(GOODS.replace("19900", "-1"), encoding="utf-8")
    assert (await run("import", "catalogue", str(good), "--dry-run"))[0] == 0
    assert (await run("import", "catalogue", str(good)))[0] == 0
    code, said = await run("import", "catalogue", str(faulty))
    assert code == 1
    assert "list_fen" in said


async def test_a_day_without_a_merchant_is_refused_in_words(settings: Path) -> None:
    code, said = await run("reconcile", "2026-11-24")
    assert code != 0
    assert "Traceback" not in said
    assert (await run("reconcile", "yesterday"))[0] == 2
