"""The control page of the WeChat Pay sandbox: what it shows, and what a form is about."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final, get_args

from yumen.kit.i18n import Language, text
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.form_page import FormPage
from yumen.sandbox.kit.forms import Form, FormAct
from yumen.sandbox.kit.json_api import Api
from yumen.sandbox.wechatpay.admin import Desks
from yumen.sandbox.wechatpay.beijing import day_of, in_bill, yuan
from yumen.sandbox.wechatpay.endpoints import NAMES
from yumen.sandbox.wechatpay.forms import QUIRKS, form_acts
from yumen.sandbox.wechatpay.records import Attempt, BillFaultKind, Merchant, NoticeTroubleKind, TroubleKind
from yumen.sandbox.wechatpay.refusals import CODES
from yumen.sandbox.wechatpay.world import World

PREFIX: Final = "sandbox.wechatpay.page."
ROWS_SHOWN: Final = 12
CALLS_SHOWN: Final = 15


class ControlPage(FormPage):
    """The handler of the admin port."""

    prefix = PREFIX
    template = "wechatpay/control.html"
    kept = ("lang", "theme", "mchid")

    def __init__(self, world: World, api: Api, desks: Desks) -> None:
        super().__init__(api, form_acts(desks))
        self.world = world

    def parts(self, request: Request, form_act: FormAct, form: Form) -> dict[str, str]:
        """The merchant in the address; the number or the day in the form."""
        return {"mchid": request.query.get("mchid", ""), **form_act.parts(form)}

    def values(self, result: object) -> list[str]:
        """What became of a notification that was sent by hand."""
        return [f"{result.kind}: {result.outcome}"] if isinstance(result, Attempt) else []

    def shown(self, request: Request, language: Language) -> dict[str, Any]:
        """Merchants, orders, refunds, notices, bills and calls."""
        world = self.world
        merchant = world.merchants.get(request.query.get("mchid", "")) or next(iter(world.merchants.values()), None)
        return {
            "kept_more": {"mchid": merchant.mchid} if merchant else {},
            "clock": in_bill(world.now())[5:],
            "shanghai": lambda at: in_bill(at)[5:],
            "yuan": yuan,
            "today": day_of(world.now()),
            "say": self._say(language),
            "merchants": list(world.merchants.values()),
            "merchant": merchant,
            "quirks": QUIRKS,
            "trouble_kinds": get_args(TroubleKind),
            "notice_kinds": get_args(NoticeTroubleKind),
            "fault_kinds": get_args(BillFaultKind),
            "endpoints": NAMES,
            "error_codes": list(CODES),
            "vantage": world.settings.vantage,
            "signing": world.settings.signing,
            "coming_share": world.settings.coming_share,
            "calls": world.journal.calls(limit=CALLS_SHOWN),
            **self._records(merchant),
        }

    def _records(self, merchant: Merchant | None) -> dict[str, Any]:
        """The newest orders, refunds and notices of the merchant, and its bills with something special."""
        world, mchid = self.world, merchant.mchid if merchant else ""
        orders = (order for order in reversed(world.orders.values()) if order.mchid == mchid)
        refunds = (refund for refund in reversed(world.refunds.values()) if refund.mchid == mchid)
        notices = (notice for notice in reversed(world.notices.values()) if notice.mchid == mchid)
        return {
            "orders": list(islice(orders, ROWS_SHOWN)),
            "refunds": list(islice(refunds, ROWS_SHOWN)),
            "notices": list(islice(notices, ROWS_SHOWN)),
            "bills": [bill for bill in world.bills.values() if bill.mchid == mchid][-ROWS_SHOWN:],
        }

    def _say(self, language: Language) -> str:
        world = self.world
        calls = sum(world.metrics.values())
        failed = sum(number for (_, outcome), number in world.metrics.items() if outcome not in ("200", "204"))
        facts = {"merchants": len(world.merchants), "orders": len(world.orders), "calls": calls, "failed": failed}
        counted = text(f"{PREFIX}say", language, **facts)
        if world.clock.offset_s == 0:
            return counted
        return f"{counted} " + text(f"{PREFIX}say_moved", language, hours=f"{world.clock.offset_s / 3600:+.1f}")
