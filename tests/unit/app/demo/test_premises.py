"""The demo's folder: its settings are whole, its merchant fit, and a second start finds everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.app.demo.premises import MARK, Premises, enter, place
from yumen.app.shop import merchants_of
from yumen.kit.settings import FILE_VARIABLE


@pytest.fixture
def premises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Premises:
    monkeypatch.setenv(FILE_VARIABLE, "-")  # so that what `enter` sets is taken back
    return enter(tmp_path / "demo")


def test_the_merchant_is_fit_to_take_the_payments_of_the_app(premises):
    (merchant,) = merchants_of(premises.settings)
    assert merchant.mchid == premises.merchant.mchid
    assert merchant.appids == {premises.appid}
    assert merchant.notify_url.endswith(f"/hooks/wechatpay/{merchant.mchid}")


def test_a_second_start_finds_merchant_and_secrets_as_they_were(premises):
    again = enter(premises.folder)
    assert again.settings == premises.settings


def test_two_folders_share_no_secret(premises, tmp_path):
    other = enter(tmp_path / "other").merchant
    mine = premises.merchant
    assert other.private_key != mine.private_key
    assert other.apiv3_key != mine.apiv3_key


def test_nobody_else_may_read_the_secrets(premises):
    modes = {file.stat().st_mode & 0o777 for file in (premises.folder / "secrets").iterdir()}
    assert modes == {0o600}


def test_a_folder_of_another_version_is_left_alone_and_the_demo_lives_beside_it(premises: Premises) -> None:
    folder = premises.folder
    assert place(folder) == folder
    (folder / MARK).write_text("another", encoding="utf-8")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    beside = place(folder)
    assert (beside.parent, beside.name.startswith("demo-")) == (folder.parent, True)
    assert enter(beside).appid != premises.appid
    assert place(folder) == beside, "found again by the next start"
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_a_folder_from_before_there_were_marks_is_of_another_version(premises: Premises) -> None:
    (premises.folder / MARK).unlink()
    assert place(premises.folder) != premises.folder


def test_a_folder_that_is_not_there_is_the_place(tmp_path: Path) -> None:
    assert place(tmp_path / "demo") == tmp_path / "demo"
