"""The demo's folder: its settings are whole, its merchant fit, and a second start finds everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.app.demo.premises import Premises, enter
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
