"""The shop from the command line: a day's bill is compared now, a catalogue of any length is taken in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.stories.app.conftest import Town
from yumen.app import shopkeeping
from yumen.kit.clock import real_now, shanghai_day
from yumen.kit.errors import Problem
from yumen.kit.settings import Merchant, Secret, Settings
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.server import Options, running
from yumen.sandbox.wechatpay.shapes import NewOrder

MCHID, SERIAL, APIV3_KEY = "1900000001", "A" * 40, "0123456789abcdef0123456789abcdef"
GOODS = "sku,product,brand,name_en,name_zh,list_fen,member_fen,on_hand,status\n"


def yesterday() -> date:
    return shanghai_day(real_now()) - timedelta(days=1)


@pytest.fixture
async def till(town: Town, tmp_path: Path) -> AsyncIterator[tuple[Admin, Settings]]:
    """WeChat Pay's sandbox with our merchant, and settings that name both."""
    key = rsa.generate_private_key(65_537, 2_048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    async with running(Options(state=tmp_path / "pay.sqlite")) as at, Admin(at.admin) as pay:
        await pay.create_merchant(
            name="Velvet Pine", mchid=MCHID, appids=[town.appid], certificate_pem=public, serial_no=SERIAL,
            apiv3_key=APIV3_KEY, key_mode="certificate",
        )  # fmt: skip
        merchant = Merchant(
            apps=("velvet",), mchid=MCHID, serial=SERIAL, private_key=Secret(private), apiv3_key=Secret(APIV3_KEY),
            base_urls=(at.api,),
        )  # fmt: skip
        yield pay, msgspec.structs.replace(town.settings, merchant={"velvet": merchant})


async def test_a_day_that_agrees_and_one_that_does_not(town: Town, till: tuple[Admin, Settings]) -> None:
    pay, settings = till
    day = yesterday()
    await pay.close_bill(MCHID, day.isoformat())
    lines, agree = await shopkeeping.reconcile(settings, day, "", "en")
    assert (lines, agree) == ([f"Merchant {MCHID}, {day}: 0 rows, 0 differences"], True)
    order = NewOrder(out_trade_no="foreign-1", total_fen=100, openid="oX", notify_url="http://127.0.0.1:1/")
    await pay.put_orders(MCHID, [order])
    noon = (real_now() - timedelta(days=1)).timestamp()
    await pay.pay(MCHID, "foreign-1", notify=False, paid_at=noon)
    await pay.close_bill(MCHID, day.isoformat())
    lines, agree = await shopkeeping.reconcile(settings, day, MCHID, "en")
    assert lines == [f"Merchant {MCHID}, {day}: 1 rows, 1 differences", "  payment foreign-1: we_lack"]
    assert not agree


async def test_a_merchant_that_settings_do_not_name_is_not_compared(town: Town) -> None:
    with pytest.raises(Problem) as refused:
        await shopkeeping.reconcile(town.settings, yesterday(), "1900000009", "en")
    assert refused.value.code is shopkeeping.NO_MERCHANT


async def test_a_catalogue_is_taken_in_and_its_faults_are_told_by_row(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    rows = [f"S{number},P{number},velvet,Bowl,碗,100,,5,published\n" for number in range(300)]
    file.write_text(GOODS + "".join(rows) + "S900,P900,nobody,Bowl,碗,100,,5,published\n")
    read: list[int] = []
    dry = await shopkeeping.bring_catalogue(town.settings, file, "", True, read.append)
    assert (dry.taken, read[-1]) == (300, file.stat().st_size)
    assert await town.count("select count(*) from catalog.sku") == 0
    report = await shopkeeping.bring_catalogue(town.settings, file, "velvet", False, read.append)
    head, fault = shopkeeping.catalogue_lines(report, "en")
    assert head == "301 rows: 300 taken, 0 unchanged, 0 done before, 1 with faults"
    assert fault.startswith("  row 301, column brand: ")
    assert await town.count("select count(*) from catalog.sku") == 300
