"""Turn the control page's forms into calls of the admin API, so that both do the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.parse import Malformed, read_query
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

Form = dict[str, str]
Act = Callable[[Ask], Any | Awaitable[Any]]
PATH_PARTS: Final = ("number", "date")
QUIRKS: Final = Quirks.__struct_fields__


@dataclass(frozen=True, slots=True)
class FormAct:
    """What a form does: the call, the shape of its body, and how its fields become that body."""

    act: Act
    shape: Any
    fit: Callable[[Form], Mapping[str, object]] = dict


def form_acts(desks: Desks) -> dict[str, FormAct]:
    """Every form of the page by its name."""
    merchants, payer, bills, keeper = desks.merchants, desks.payer, desks.bills, desks.keeper
    return {
        "new_merchant": FormAct(merchants.create, NewMerchant, _filled),
        "merchant": FormAct(merchants.change, MerchantChange, _merchant_change),
        "trouble": FormAct(merchants.add_trouble, Trouble, _filled),
        "notice_trouble": FormAct(merchants.add_notice_trouble, NoticeTrouble, _filled),
        "troubles_end": FormAct(merchants.end_troubles, None),
        "rotate": FormAct(merchants.rotate, RotationAsk),
        "pay": FormAct(payer.pay, PayAsk, _filled),
        "fail": FormAct(payer.fail, FailAsk),
        "race": FormAct(payer.race, RaceAsk),
        "send": FormAct(payer.send, SendAsk),
        "settle": FormAct(payer.settle_refund, SettleAsk),
        "hurry": FormAct(payer.hurry, None),
        "close_bill": FormAct(bills.close, None),
        "plant": FormAct(bills.plant, NewFaults, _fault),
        "clock": FormAct(keeper.move_clock, ClockAsk),
        "settings": FormAct(keeper.change_settings, SettingsChange),
        "reset": FormAct(keeper.reset, ResetAsk),
    }


def read_form(body: bytes) -> Form:
    """Names and values of a posted form."""
    try:
        return read_query(body.decode()) if body else {}
    except (UnicodeDecodeError, Malformed):
        raise BODY_INVALID(at="/", reason="form") from None


def parts_of(form_act: FormAct, form: Form) -> Form:
    """Take out of the form what belongs into the path, unless the body wants it."""
    wanted = form_act.shape.__struct_fields__ if form_act.shape is not None else ()
    return {name: form.get(name, "") if name in wanted else form.pop(name, "") for name in PATH_PARTS}


def fitted(form_act: FormAct, form: Form) -> Any:
    """The typed body; texts become numbers and truths where the shape wants them."""
    if form_act.shape is None:
        return None
    try:
        return msgspec.convert(form_act.fit(form), form_act.shape, strict=False)
    except msgspec.ValidationError as fault:
        reason, _, place = str(fault).partition(" - at ")
        raise BODY_INVALID(at=place.strip("`$").replace(".", "/") or "/", reason=reason[:200]) from None


def _filled(form: Form) -> Form:
    return {name: value for name, value in form.items() if value}


def _merchant_change(form: Form) -> Mapping[str, object]:
    change: dict[str, object] = {"quirks": {name: form.pop(name, "false") for name in QUIRKS}, **form}
    if not form.get("refund_after_s"):
        change["refund_after_s"] = None
    return change


def _fault(form: Form) -> Mapping[str, object]:
    return {"faults": [_filled(form)] if form.get("kind") else []}
