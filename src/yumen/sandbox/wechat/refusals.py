"""Tencent's error codes as the simulated endpoints give them, each with the words of the real answer."""

from __future__ import annotations

import secrets
from typing import Final

WORDS: Final[dict[int, str]] = {
    -1: "system error",
    1: "data not exist",
    404: "not found",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40037: "invalid template_id",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    40201: "invalid callback url",
    40202: "invalid action",
    40203: "invalid check_operator",
    40226: "code blocked",
    40230: "missing Wechatmp-Serial",
    40231: "missing Wechatmp-TimeStamp",
    40232: "missing Wechatmp-Signature",
    40233: "missing Wechatmp-Appid",
    40234: "invalid signature",
    40235: "invalid encryption",
    40236: "invalid Wechatmp-Appid",
    40237: "Wechatmp-Appid not match access_token",
    40238: "symmetric key not set",
    40239: "public key not set",
    40240: "timestamp expired",
    40243: "appsecret is frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    44002: "empty post data",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
    47001: "data format error",
    47003: "argument invalid! data.{field}.value invalid",
    48006: "api forbid to clear quota because of reaching the limit",
    76001: "rid not found",
    76002: "invalid rid",
    76003: "rid not belong to this account",
    76004: "rid expired",
    76021: "cgi_path not found",
    76022: "cgi_path no permission",
    87007: "session_key is not existed or expired",
    87008: "invalid sig_method",
    87009: "invalid signature",
    10060001: "支付单不存在",
    10060002: "支付单已完成发货，无法继续发货",
    10060003: "支付单已使用重新发货机会",
    10060004: "支付单处于不可发货的状态",
    10060005: "物流类型有误",
    10060006: "非快递发货时不允许分拆发货",
    10060007: "分拆发货模式下必须填写 is_all_delivered",
    10060008: "商品描述不能为空",
    10060009: "商品描述太长",
    10060011: "分页参数有误",
    10060012: "系统错误",
    10060014: "参数错误",
    10060023: "发货信息未更新",
    10060024: "物流信息列表太长",
    10060025: "物流公司编码太长",
    10060026: "物流单号太长",
    10060028: "订单未处于已发货状态",
    10060029: "签收时间应晚于发货时间",
    10060030: "确认收货提醒次数已用完",
    10060031: "支付单不属于该 openid",
    10060032: "仅支持物流快递的订单提醒",
    268485194: "订单单号类型有误",
    268485195: "微信支付单号不能为空",
    268485196: "商户号不能为空",
    268485197: "商户单号不能为空",
    268485216: "上传时间非法，请按照 RFC 3339 格式填写",
    268485224: "发货模式非法",
    268485226: "物流单号不能为空",
    268485227: "物流公司编码不能为空",
    268485228: "统一发货模式的物流信息列表长度必须为 1",
    268546000: "type 非法",
    268546001: "delay_to 非法",
    268546002: "订单不存在",
}


class Refusal(Exception):
    """The endpoint's verdict, answered with HTTP 200 as WeChat does."""

    def __init__(self, errcode: int, *, hint: str = "", **facts: str) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        words = WORDS.get(errcode, "error").format(**facts)
        self.words = f"{words}, hint: [{hint}]" if hint else words


def new_rid(now: float) -> str:
    """Three groups of 8 hex digits; the first is the time."""
    tail = secrets.token_hex(8)
    return f"{int(now):08x}-{tail[:8]}-{tail[8:]}"
