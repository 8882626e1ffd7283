"""One call of the API as an endpoint sees it: who calls, what is asked, what goes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import time
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.wechatpay.keys import SIGNATURE_TYPE, merchant_signed
from yumen.sandbox.wechatpay.records import Merchant
from yumen.sandbox.wechatpay.refusals import Refusal
from yumen.sandbox.wechatpay.signing import WINDOW_S
from yumen.sandbox.wechatpay.world import World

Fields = dict[str, Any]
_PART: Final = re.compile(r'(\w{1,32})="([^"]{0,1000})"')
_PARTS: Final = ("mchid", "nonce_str", "timestamp", "serial_no", "signature")


@dataclass(slots=True)
class Call:
    """The request, the world, the sandbox's time and, once known, the merchant. `part` is what the path names."""

    world: World
    request: Request
    now: float
    part: str = ""
    merchant: Merchant | None = None
    fields: Fields = field(default_factory=dict)

    def known(self) -> Merchant:
        """The merchant that signed."""
        assert self.merchant is not None
        return self.merchant


@dataclass(slots=True)
class Said:
    """What an endpoint answers: fields for JSON, or nothing (204), or a file, which is never signed."""

    fields: Fields | None = None
    file: Answer | None = None


def admit(call: Call, nonces: Nonces) -> None:
    """Check headers and signature; sets `call.merchant`. Raises Refusal."""
    headers = call.request.headers
    if not headers.get("accept") or not headers.get("user-agent"):
        raise Refusal("INVALID_REQUEST", "Http头缺少Accept或User-Agent")
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if not scheme:
        raise _sign_error("Http头Authorization值为空", "")
    parts = dict(_PART.findall(rest))
    if any(not parts.get(name) for name in _PARTS):
        raise _sign_error("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》", "")
    merchant = call.world.merchants.get(parts["mchid"])
    if merchant is None:
        raise _sign_error("商户号不存在", "mchid")
    if scheme != SIGNATURE_TYPE[merchant.scheme]:
        raise _sign_error(f"不支持的签名类型 {scheme[:40]}", "")
    if parts["serial_no"] != merchant.serial_no:
        raise _sign_error("商户证书序列号有误，请使用签名私钥匹配的证书序列号", "serial_no")
    stamp = parts["timestamp"]
    if not stamp.isascii() or not stamp.isdigit() or abs(time() - int(stamp[:12])) > WINDOW_S:
        raise _sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟", "timestamp")
    if len(parts["nonce_str"]) > 32:
        raise _sign_error("nonce_str超过32个字符", "nonce_str")
    request = call.request
    message = f"{request.method}\n{request.target}\n{stamp}\n{parts['nonce_str']}\n".encode() + request.body + b"\n"
    if not merchant_signed(merchant, message, parts["signature"]):
        seen = message.decode("utf-8", "replace")[:200]
        raise Refusal(
            "SIGN_ERROR",
            "错误的签名，验签失败",
            detail={
                "field": "signature",
                "issue": "sign not match",
                "location": "authorization",
                "sign_information": {"method": request.method, "url": request.target[:200], "sign_message": seen},
            },
        )
    if merchant.quirks.refuse_nonce_reuse and not nonces.fresh(merchant.mchid, parts["nonce_str"]):
        raise _sign_error("nonce_str重复", "nonce_str")
    call.merchant = merchant


class Nonces:
    """Which nonces came within the window; they need not survive a restart."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}

    def fresh(self, mchid: str, nonce: str) -> bool:
        """True the first time."""
        now = time()
        for key in [key for key, at in self._seen.items() if at < now - 2 * WINDOW_S]:
            del self._seen[key]
        return self._seen.setdefault((mchid, nonce), now) is now


def read_fields(request: Request) -> Fields:
    """The JSON object of a POST body. Raises Refusal for anything else, and for characters beyond U+FFFF."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise Refusal("INVALID_REQUEST", "Http头Content-Type不是application/json")
    try:
        fields = msgspec.json.decode(request.body)
        wide = not request.body.isascii() and max(request.body.decode()) > "\uffff"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal("PARAM_ERROR", "无法将输入源“/body”解析为JSON") from None
    if not isinstance(fields, dict):
        raise Refusal("PARAM_ERROR", "请求体不是JSON对象")
    if wide or (b"\\u" in request.body and _has_wide(fields)):
        raise Refusal("PARAM_ERROR", "输入源包含不支持的字符，仅支持1-3字节的UTF-8字符")
    return fields


def _has_wide(value: object) -> bool:
    match value:
        case str():
            return any(character > "\uffff" for character in value)
        case dict():
            return any(_has_wide(inner) for inner in value.values())
        case list():
            return any(_has_wide(inner) for inner in value)
    return False


def _sign_error(message: str, field_name: str) -> Refusal:
    return Refusal("SIGN_ERROR", message, field=field_name or "Authorization", location="authorization")
