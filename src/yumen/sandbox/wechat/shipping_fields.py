"""Read what shipping management is sent, and refuse it with the codes of its page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yumen.sandbox.wechat.calls import Fields
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.trade_records import TradeParcel

EXPRESS: Final = 1
UNIFIED: Final = 1
SPLIT: Final = 2
ENTRIES_MAX: Final = 15
TEXT_MAX: Final = 128
DESC_MAX: Final = 120
SHUNFENG: Final = "SF"
"""The one carrier that wants a contact. A missing one is answered 10060014, an assumption."""
_UPLOAD_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")
_MASKED: Final = re.compile(r"[0-9+ -]*\*+[0-9*]*[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Upload:
    """What one upload says. `all_delivered` is true for a unified one."""

    logistics_type: int
    delivery_mode: int
    parcels: list[TradeParcel]
    all_delivered: bool
    uploaded_at: float


def read_upload(fields: Fields, upload_time: object) -> Upload:
    """The shipping part of a body, checked in the order of the page."""
    logistics_type, mode = number(fields, "logistics_type"), number(fields, "delivery_mode")
    if logistics_type not in {1, 2, 3, 4}:
        raise Refusal(10060005)
    if mode not in {UNIFIED, SPLIT}:
        raise Refusal(268485224)
    if mode == SPLIT and logistics_type != EXPRESS:
        raise Refusal(10060006)
    done = fields.get("is_all_delivered")
    if mode == SPLIT and done is None:
        raise Refusal(10060007)
    if done is not None and not isinstance(done, bool):
        raise Refusal(47001)
    at = _time(upload_time)
    entries = fields.get("shipping_list")
    if not isinstance(entries, list):
        raise Refusal(47001)
    if mode == UNIFIED and len(entries) != 1:
        raise Refusal(268485228)
    if len(entries) > ENTRIES_MAX:
        raise Refusal(10060024)
    if not entries:
        raise Refusal(10060014)
    parcels = [_parcel(entry, logistics_type, int(at)) for entry in entries]
    return Upload(logistics_type, mode, parcels, mode == UNIFIED or bool(done), at)


def read_key(fields: Fields) -> tuple[str, str, str]:
    """order_key: transaction_id, or mchid and out_trade_no; what is not used is empty."""
    key = fields.get("order_key")
    if not isinstance(key, dict):
        raise Refusal(47001)
    kind = number(key, "order_number_type")
    if kind == 2:
        if not word(key, "transaction_id"):
            raise Refusal(268485195)
        return word(key, "transaction_id"), "", ""
    if kind != 1:
        raise Refusal(268485194)
    if not word(key, "mchid"):
        raise Refusal(268485196)
    if not word(key, "out_trade_no"):
        raise Refusal(268485197)
    return "", word(key, "mchid"), word(key, "out_trade_no")


def number(fields: Fields, name: str, default: int = 0) -> int:
    """A whole number; a string or a boolean in its place is a format error (47001)."""
    value: Any = fields.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refusal(47001)
    return value


def word(fields: Fields, name: str) -> str:
    """A text, empty when left out; anything else is a format error (47001)."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Refusal(47001)
    return value


def _parcel(entry: object, logistics_type: int, at: int) -> TradeParcel:
    if not isinstance(entry, dict):
        raise Refusal(47001)
    tracking, company, desc = (word(entry, name) for name in ("tracking_no", "express_company", "item_desc"))
    if logistics_type == EXPRESS and not tracking:
        raise Refusal(268485226)
    if logistics_type == EXPRESS and not company:
        raise Refusal(268485227)
    for text, limit, code in (
        (tracking, TEXT_MAX, 10060026),
        (company, TEXT_MAX, 10060025),
        (desc, DESC_MAX, 10060009),
    ):
        if len(text) > limit:
            raise Refusal(code)
    if not desc.strip():
        raise Refusal(10060008)
    contact = _contact(entry.get("contact"))
    if company == SHUNFENG and not contact:
        raise Refusal(10060014)
    return TradeParcel(tracking_no=tracking, express_company=company, goods_desc=desc, upload_time=at, contact=contact)


def _contact(value: object) -> dict[str, str]:
    """Consignor or receiver, masked, the last four digits plain."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not set(value) <= {"consignor_contact", "receiver_contact"}:
        raise Refusal(47001)
    for told in value.values():
        if not isinstance(told, str) or not _MASKED.fullmatch(told):
            raise Refusal(10060014)
    return dict(value)


def _time(value: object) -> float:
    if not isinstance(value, str) or not _UPLOAD_TIME.fullmatch(value):
        raise Refusal(268485216)
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        raise Refusal(268485216) from None
