"""The error codes of WeChat Pay v3 as the simulated endpoints give them, each with its HTTP status and words.

Codes and statuses are those of today's documentation; `OLD` has the spellings of older pages, for a switch.
"""

from __future__ import annotations

from typing import Any, Final

CODES: Final[dict[str, tuple[int, str]]] = {
    "PARAM_ERROR": (400, "参数错误"),
    "INVALID_REQUEST": (400, "无效请求"),
    "APPID_MCHID_NOT_MATCH": (400, "appid和mch_id不匹配"),
    "MCH_NOT_EXISTS": (400, "商户号不存在"),
    "ORDER_CLOSED": (400, "该订单已关闭"),
    "ORDERPAID": (400, "该订单已支付"),
    "NO_STATEMENT_EXIST": (400, "账单文件不存在"),
    "STATEMENT_CREATING": (400, "账单生成中"),
    "SIGN_ERROR": (401, "签名错误"),
    "NO_AUTH": (403, "无权限"),
    "OUT_TRADE_NO_USED": (403, "商户订单号重复"),
    "NOT_ENOUGH": (403, "基本账户余额不足，请充值后重新发起"),
    "USER_ACCOUNT_ABNORMAL": (403, "用户账户注销"),
    "RULE_LIMIT": (403, "业务规则限制"),
    "TRADE_ERROR": (403, "交易错误"),
    "ORDER_NOT_EXIST": (404, "订单不存在"),
    "RESOURCE_NOT_EXISTS": (404, "查询的资源不存在"),
    "METHOD_NOT_ALLOWED": (405, "不支持的请求方法"),
    "FREQUENCY_LIMITED": (429, "频率超限，请降低请求接口频率"),
    "SYSTEM_ERROR": (500, "系统异常，请稍后重试"),
}
OLD: Final = {
    "ORDER_NOT_EXIST": "ORDERNOTEXIST",
    "SYSTEM_ERROR": "SYSTEMERROR",
    "NO_AUTH": "NOAUTH",
    "NOT_ENOUGH": "NOTENOUGH",
    "RULE_LIMIT": "RULELIMIT",
    "FREQUENCY_LIMITED": "FREQUENCY_LIMIT_EXCEED",
}
INTERNAL: Final[dict[str, int]] = {
    "SIGN_ERROR": 268443699,
    "ORDERPAID": 268449538,
    "ORDER_NOT_EXIST": 268512771,
    "FREQUENCY_LIMITED": 268447840,
    "OUT_TRADE_NO_USED": 268498688,
    "PARAM_ERROR": 268435458,
}
"""The number at the end of Request-ID: 0 is good. Others than these are made up."""


class Refusal(Exception):
    """The endpoint's verdict. `field` is a JSON Pointer or a name; `location` body, query, url or authorization."""

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        field: str = "",
        value: object = None,
        location: str = "body",
        status: int = 0,
        detail: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        known = CODES.get(code, (400, code))
        self.code = code
        self.status = status or known[0]
        self.message = message or known[1]
        self.detail = detail
        if field:
            self.detail = {"field": field, "value": value, "issue": self.message, "location": location}

    def body(self, old: bool) -> dict[str, Any]:
        """The answer's JSON."""
        said: dict[str, Any] = {"code": OLD.get(self.code, self.code) if old else self.code, "message": self.message}
        if self.detail is not None:
            said["detail"] = self.detail
        return said
