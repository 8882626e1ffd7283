"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yumen.sandbox.kit.forms import Form, FormAct, without_empty
from yumen.sandbox.wechatpay.admin import Desks
from yumen.sandbox.wechatpay.records import NoticeTrouble, Quirks, Trouble
from yumen.sandbox.wechatpay.shapes import (
    ClockAsk,
    FailAsk,
    MerchantChange,
    NewFaults,
    NewMerchant,
    PayAsk,
    RaceAsk,
    ResetAsk,
    RotationAsk,
    SendAsk,
    SettingsChange,
    SettleAsk,
)

QUIRKS: Final = Quirks.__struct_fields__


def form_acts(desks: Desks) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    merchants, payer, bills, keeper = desks.merchants, desks.payer, desks.bills, desks.keeper
    number, date = ("number",), ("date",)
    return {
        "new_merchant": FormAct(merchants.create, NewMerchant, without_empty),
        "merchant": FormAct(merchants.change, MerchantChange, _merchant_change),
        "trouble": FormAct(merchants.add_trouble, Trouble, without_empty),
        "notice_trouble": FormAct(merchants.add_notice_trouble, NoticeTrouble, without_empty),
        "troubles_end": FormAct(merchants.end_troubles, None),
        "rotate": FormAct(merchants.rotate, RotationAsk),
        "pay": FormAct(payer.pay, PayAsk, without_empty, number),
        "fail": FormAct(payer.fail, FailAsk, path=number),
        "race": FormAct(payer.race, RaceAsk, path=number),
        "send": FormAct(payer.send, SendAsk),
        "settle": FormAct(payer.settle_refund, SettleAsk, path=number),
        "hurry": FormAct(payer.hurry, None),
        "close_bill": FormAct(bills.close, None, path=date),
        "plant": FormAct(bills.plant, NewFaults, _fault, date),
        "clock": FormAct(keeper.move_clock, ClockAsk),
        "settings": FormAct(keeper.change_settings, SettingsChange),
        "reset": FormAct(keeper.reset, ResetAsk),
    }


def _merchant_change(form: Form) -> Mapping[str, object]:
    change: dict[str, object] = {"quirks": {name: form.pop(name, "false") for name in QUIRKS}, **form}
    if not form.get("refund_after_s"):
        change["refund_after_s"] = None
    return change


def _fault(form: Form) -> Mapping[str, object]:
    return {"faults": [without_empty(form)] if form.get("kind") else []}
