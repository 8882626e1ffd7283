"""Drive the sandbox from a demo or a test: an asynchronous client of its admin API."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import quote

from yumen.sandbox.kit.admin_client import AdminClient, AdminRefused
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.wechatpay.records import Attempt, BillFault, Merchant, Notice, NoticeEvent, Order, Refund
from yumen.sandbox.wechatpay.shapes import (
    BillShown,
    CashierSaid,
    Made,
    Metrics,
    NewOrder,
    Overview,
    RotationShown,
    VolleyShown,
)

PUT_MAX: Final = 1000

__all__ = ["Admin", "AdminRefused"]


class Admin(AdminClient):
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    async def advance_clock(self, seconds: float) -> Overview:
        """Move the sandbox's clock on: retries, refunds, expiry and bills follow it."""
        return await self._ask("POST", "/api/clock", Overview, {"advance_s": seconds})

    async def set_clock(self, offset_s: float) -> Overview:
        """The sandbox's clock is so far from real time."""
        return await self._ask("POST", "/api/clock", Overview, {"offset_s": offset_s})

    async def set_vantage(self, vantage: str) -> None:
        """Where callers seem to sit: none, mainland, hongkong, frankfurt."""
        await self._ask("PATCH", "/api/settings", Any, {"vantage": vantage})

    async def tell_wechat(self, admin_url: str) -> None:
        """Tell that WeChat sandbox (its admin address) of payments and whole refunds from now on; empty: nobody."""
        await self._ask("PATCH", "/api/settings", Any, {"wechat_admin_url": admin_url})

    async def create_merchant(self, **more: object) -> Merchant:
        """A merchant with keys; see NewMerchant for what may be given. Without a certificate the key is made here."""
        return await self._ask("POST", "/api/merchants", Merchant, more)

    async def merchants(self) -> list[Merchant]:
        """All of them."""
        return await self._ask("GET", "/api/merchants", list[Merchant])

    async def merchant(self, mchid: str) -> Merchant:
        """One, with its keys."""
        return await self._ask("GET", f"/api/merchants/{mchid}", Merchant)

    async def change_merchant(self, mchid: str, **change: object) -> Merchant:
        """See MerchantChange."""
        return await self._ask("PATCH", f"/api/merchants/{mchid}", Merchant, change)

    async def trouble(self, mchid: str, kind: str, **more: object) -> Merchant:
        """The API misbehaves: `endpoint`, `share`, `left`, `status`, `code`, `delay_ms`."""
        return await self._ask("POST", f"/api/merchants/{mchid}/troubles", Merchant, {"kind": kind, **more})

    async def notice_trouble(self, mchid: str, kind: str, **more: object) -> Merchant:
        """Notifications misbehave: `event`, `share`, `left`, `delay_s`, `copies`."""
        return await self._ask("POST", f"/api/merchants/{mchid}/notice-troubles", Merchant, {"kind": kind, **more})

    async def end_troubles(self, mchid: str) -> None:
        """Behave again."""
        await self._ask("DELETE", f"/api/merchants/{mchid}/troubles", None)

    async def rotate(self, share: float = 0.0, *, retire: bool = False) -> RotationShown:
        """A coming platform certificate joins the list and signs this share; `retire` removes the old one."""
        return await self._ask("POST", "/api/rotation", RotationShown, {"share": share, "retire": retire})

    async def put_orders(self, mchid: str, orders: list[NewOrder]) -> int:
        """Orders as if the merchant had placed them, in as many calls as it takes."""
        for at in range(0, len(orders), PUT_MAX):
            body = {"orders": orders[at : at + PUT_MAX]}
            await self._ask("POST", f"/api/merchants/{mchid}/orders", Made, body)
        return len(orders)

    async def orders(self, mchid: str, limit: int = 100, state: str = "") -> list[Order]:
        """The newest orders."""
        return await self._ask("GET", f"/api/merchants/{mchid}/orders?limit={limit}&state={state}", list[Order])

    async def order(self, mchid: str, out_trade_no: str) -> Order:
        """One order."""
        return await self._ask("GET", _order(mchid, out_trade_no), Order)

    async def pay(self, mchid: str, out_trade_no: str, **more: object) -> Order:
        """The payer pays: `bank_type`, `coupon_fen`, `coupon_cash`, `late`, `notify`, `paid_at`, `openid`."""
        return await self._ask("POST", _order(mchid, out_trade_no) + "/pay", Order, more)

    async def fail(self, mchid: str, out_trade_no: str, state: str = "NOTPAY") -> Order:
        """The payment fails; the order is left in that state."""
        return await self._ask("POST", _order(mchid, out_trade_no) + "/fail", Order, {"state": state})

    async def race(self, mchid: str, out_trade_no: str, at_close: str = "pay") -> Order:
        """The payment lands just before the close call (`pay`) or just after it (`pay_late`)."""
        return await self._ask("POST", _order(mchid, out_trade_no) + "/race", Order, {"at_close": at_close})

    async def request_payment(
        self, appid: str, openid: str, parameters: dict[str, str], outcome: str = "pay"
    ) -> CashierSaid:
        """wx.requestPayment on that person's phone, with timeStamp, nonceStr, package, signType and paySign."""
        body = {"appid": appid, "openid": openid, "outcome": outcome, **parameters}
        return await self._ask("POST", "/api/cashier", CashierSaid, body)

    async def refunds(self, mchid: str, limit: int = 100, status: str = "") -> list[Refund]:
        """The newest refunds."""
        return await self._ask("GET", f"/api/merchants/{mchid}/refunds?limit={limit}&status={status}", list[Refund])

    async def refund(self, mchid: str, out_refund_no: str) -> Refund:
        """One refund."""
        return await self._ask("GET", _refund(mchid, out_refund_no), Refund)

    async def settle_refund(self, mchid: str, out_refund_no: str, status: str = "SUCCESS", **more: object) -> Refund:
        """End a refund: SUCCESS, CLOSED or ABNORMAL."""
        return await self._ask("POST", _refund(mchid, out_refund_no) + "/settle", Refund, {"status": status, **more})

    async def refund_by_hand(self, mchid: str, out_trade_no: str, refund_fen: int, **more: object) -> Refund:
        """A refund from the merchant platform, with an unknown number."""
        body = {"refund_fen": refund_fen, **more}
        return await self._ask("POST", _order(mchid, out_trade_no) + "/refund", Refund, body)

    async def notices(self, limit: int = 100, number: str = "") -> list[Notice]:
        """The newest notices and their attempts."""
        return await self._ask("GET", f"/api/notices?limit={limit}&number={quote(number, safe='')}", list[Notice])

    async def send_notice(
        self, mchid: str, number: str, kind: str = "genuine", event: NoticeEvent = "payment", **more: object
    ) -> Attempt:
        """One notification now, genuine or wrong in the way of a NoticeTroubleKind; not tried again."""
        body = {"number": number, "kind": kind, "event": event, **more}
        return await self._ask("POST", f"/api/merchants/{mchid}/send", Attempt, body)

    async def hurry_notices(self) -> int:
        """All waiting notices are due now."""
        return (await self._ask("POST", "/api/notices/hurry", Made)).count

    async def resend_notice(self, notice_id: str) -> Notice:
        """This notice again."""
        return await self._ask("POST", f"/api/notices/{notice_id}/resend", Notice)

    async def bill(self, mchid: str, date: str) -> BillShown:
        """One day's trade bill as it is now."""
        return await self._ask("GET", f"/api/merchants/{mchid}/bills/{date}", BillShown)

    async def close_bill(self, mchid: str, date: str) -> BillShown:
        """The day can be asked for from now on, even today."""
        return await self._ask("POST", f"/api/merchants/{mchid}/bills/{date}/close", BillShown)

    async def plant_bill_faults(self, mchid: str, date: str, *faults: BillFault) -> BillShown:
        """These faults instead of the former ones; none makes the bill right again."""
        return await self._ask("PUT", f"/api/merchants/{mchid}/bills/{date}/faults", BillShown, {"faults": faults})

    async def start_volley(self, mchid: str, **more: object) -> VolleyShown:
        """Pay and notify in masses; see VolleyAsk."""
        return await self._ask("POST", f"/api/merchants/{mchid}/volley", VolleyShown, more)

    async def volley(self) -> VolleyShown:
        """How far it is."""
        return await self._ask("GET", "/api/volley", VolleyShown)

    async def volley_over(self, timeout_s: float = 600.0) -> VolleyShown:
        """Wait until it is over. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while (shown := await self.volley()).running:  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(0.05)
        return shown

    async def calls(self, limit: int = 100, path: str = "", mchid: str = "") -> list[LogRow]:
        """The newest calls, redacted."""
        return await self._ask("GET", f"/api/calls?limit={limit}&path={path}&mchid={mchid}", list[LogRow])

    async def metrics(self) -> Metrics:
        """Counts since the sandbox started."""
        return await self._ask("GET", "/api/metrics", Metrics)

    async def overview(self) -> Overview:
        """The sandbox at a glance."""
        return await self._ask("GET", "/api", Overview)

    async def reset(self, seed: int | None = None) -> Overview:
        """Forget everything."""
        return await self._ask("POST", "/api/reset", Overview, {} if seed is None else {"seed": seed})


def _order(mchid: str, number: str) -> str:
    return f"/api/merchants/{mchid}/orders/{quote(number, safe='')}"


def _refund(mchid: str, number: str) -> str:
    return f"/api/merchants/{mchid}/refunds/{quote(number, safe='')}"
