"""The till: our merchant at the simulated WeChat Pay, and the day's bill as anybody may download it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from yumen.app.demo.premises import Premises
from yumen.app.demo.shopkeeper import Shopkeeper
from yumen.app.shop import merchants_of
from yumen.app.wiring import outgoing
from yumen.kit.settings import Settings
from yumen.sandbox.wechatpay.client import Admin
from yumen.wechat import pay as wechat_pay


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One merchant's day: what the bill sums to (payments less refunds, fen), how many of its rows disagree with us."""

    mchid: str
    day: date
    rows: int
    sum_fen: int
    differences: int


async def open_till(premises: Premises, pay: Admin, wechat_admin_url: str) -> None:
    """Make the merchant known to the sandbox, as an application at WeChat Pay would; it sees the public key only.

    The WeChat sandbox at that admin address hears of payments from now on, for shipping management.
    """
    await pay.tell_wechat(wechat_admin_url)
    merchant = premises.merchant
    if merchant.mchid in {each.mchid for each in await pay.merchants()}:
        return
    key = load_pem_private_key(merchant.private_key.reveal().encode(), None)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    await pay.create_merchant(
        name="Velvet Pine 绒松",
        mchid=merchant.mchid,
        appids=[premises.appid],
        certificate_pem=public.decode(),
        serial_no=merchant.serial,
        apiv3_key=merchant.apiv3_key.reveal(),
        key_mode="certificate",
    )
    await pay.change_merchant(merchant.mchid, refund_after_s=1.0)


async def reconcile(settings: Settings, pay: Admin, keeper: Shopkeeper, days: Iterable[date]) -> list[Reconciled]:
    """Close those days' bills and let staff compare them with the ledger."""
    done = []
    async with outgoing(settings) as http:
        line = wechat_pay.Pay(merchants_of(settings), http)
        for merchant in settings.merchant.values():
            for day in days:
                await pay.close_bill(merchant.mchid, day.isoformat())
                compared = await keeper.compare(merchant.mchid, day)
                sum_fen = await _sum(line, merchant.mchid, day)
                done.append(Reconciled(merchant.mchid, day, compared["rows"], sum_fen, compared["differences"]))
    return done


async def _sum(line: wechat_pay.Pay, mchid: str, day: date) -> int:
    bill = await wechat_pay.trade_bill(line, mchid, day)
    if bill is None:
        return 0
    with bill:
        rows = [row for row in bill.rows() if isinstance(row, wechat_pay.TradeRow)]
    return sum(-row.refund_fen if row.is_refund else row.total_fen for row in rows)
