"""Check a body against the documented fields: unknown keys, null, wrong types, lengths and patterns are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.wechatpay.refusals import Refusal

INTEGER_MAX: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most so many characters."""

    most: int
    least: int = 1
    pattern: str = ""
    required: bool = False

    def check(self, value: object, at: str) -> None:
        """Raises Refusal."""
        if not isinstance(value, str):
            raise bad(at, value, "输入源映射到字符串字段失败，此字段要求为字符串")
        if not self.least <= len(value) <= self.most:
            raise bad(at, value, f"输入源字符串长度为 {len(value)}，要求 {self.least} 到 {self.most} 个字符")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise bad(at, value, "输入源字符串不符合格式要求")


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number; text and booleans are refused."""

    least: int = 0
    required: bool = False

    def check(self, value: object, at: str) -> None:
        """Raises Refusal."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise bad(at, value, "输入源映射到数值型字段失败，此字段要求为整数")
        if not self.least <= value <= INTEGER_MAX:
            raise bad(at, value, f"输入源数值须大于等于 {self.least}")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    required: bool = False

    def check(self, value: object, at: str) -> None:
        """Raises Refusal."""
        if not isinstance(value, bool):
            raise bad(at, value, "输入源映射到布尔型字段失败")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one kind."""

    of: Kind
    most: int = 6000
    required: bool = False

    def check(self, value: object, at: str) -> None:
        """Raises Refusal."""
        if not isinstance(value, list) or len(value) > self.most:
            raise bad(at, value, "输入源映射到数组字段失败")
        for number, inner in enumerate(value):
            self.of.check(inner, f"{at}/{number}")


@dataclass(frozen=True, slots=True)
class Group:
    """An object with known keys."""

    of: Mapping[str, Kind]
    required: bool = False

    def check(self, value: object, at: str = "") -> None:
        """Raises Refusal."""
        if not isinstance(value, dict):
            raise bad(at, value, "输入源映射到对象字段失败")
        for name, inner in value.items():
            kind = self.of.get(name)
            if kind is None:
                raise bad(f"{at}/{name[:64]}", inner, "请求中含有非法的额外参数")
            if inner is None:
                raise bad(f"{at}/{name}", None, "输入源不能为null")
            kind.check(inner, f"{at}/{name}")
        for name, kind in self.of.items():
            if kind.required and name not in value:
                raise bad(f"{at}/{name}", None, "缺少必填参数")


Kind = Text | Number | Flag | Listing | Group


def bad(field: str, value: object, issue: str) -> Refusal:
    """PARAM_ERROR about one field of the body."""
    shown = value if isinstance(value, int | float | bool) or value is None else str(value)[:64]
    return Refusal("PARAM_ERROR", issue, field=field, value=shown)


_OUT_TRADE_NO: Final = r"[0-9A-Za-z_\-|*]*"
_ID: Final = r"[0-9A-Za-z_\-]*"
_ORDER_GOODS: Final = Group(
    {
        "merchant_goods_id": Text(32, pattern=_ID, required=True),
        "wechatpay_goods_id": Text(32),
        "goods_name": Text(256),
        "quantity": Number(1, required=True),
        "unit_price": Number(0, required=True),
    }
)
_STORE: Final = Group({"id": Text(32, required=True), "name": Text(256), "area_code": Text(32), "address": Text(512)})
ORDER: Final = Group(
    {
        "appid": Text(32, required=True),
        "mchid": Text(32, required=True),
        "description": Text(127, required=True),
        "out_trade_no": Text(32, 6, _OUT_TRADE_NO, required=True),
        "time_expire": Text(64),
        "attach": Text(128, 0),
        "notify_url": Text(255, 8, required=True),
        "goods_tag": Text(32),
        "support_fapiao": Flag(),
        "amount": Group({"total": Number(1, required=True), "currency": Text(16)}, required=True),
        "payer": Group({"openid": Text(128, pattern=_ID, required=True)}, required=True),
        "detail": Group({"cost_price": Number(), "invoice_id": Text(32), "goods_detail": Listing(_ORDER_GOODS)}),
        "scene_info": Group(
            {"payer_client_ip": Text(45, required=True), "device_id": Text(32), "store_info": _STORE},
        ),
        "settle_info": Group({"profit_sharing": Flag()}),
        "limit_pay": Listing(Text(16)),
    }
)
CLOSE: Final = Group({"mchid": Text(32, required=True)})
_FROM: Final = Group(
    {"account": Text(32, pattern="AVAILABLE|UNAVAILABLE", required=True), "amount": Number(1, required=True)}
)
_REFUND_GOODS: Final = Group(
    {
        "merchant_goods_id": Text(32, required=True),
        "wechatpay_goods_id": Text(32),
        "goods_name": Text(256),
        "unit_price": Number(0, required=True),
        "refund_amount": Number(1, required=True),
        "refund_quantity": Number(1, required=True),
    }
)
REFUND: Final = Group(
    {
        "transaction_id": Text(32),
        "out_trade_no": Text(32, 6, _OUT_TRADE_NO),
        "out_refund_no": Text(64, pattern=r"[0-9A-Za-z_\-|*@]*", required=True),
        "reason": Text(80),
        "notify_url": Text(256, 8),
        "funds_account": Text(32, pattern="AVAILABLE|UNSETTLED"),
        "amount": Group(
            {
                "refund": Number(1, required=True),
                "total": Number(1, required=True),
                "currency": Text(16, pattern="CNY", required=True),
                "from": Listing(_FROM, 2),
            },
            required=True,
        ),
        "goods_detail": Listing(_REFUND_GOODS),
    }
)
ABNORMAL: Final = Group(
    {
        "out_refund_no": Text(64, required=True),
        "type": Text(32, pattern="USER_BANK_CARD|MERCHANT_BANK_CARD", required=True),
        "bank_type": Text(16),
        "bank_account": Text(1024),
        "real_name": Text(1024),
    }
)
