"""The table of simulated endpoints: path, method, who may call, what answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from yumen.sandbox.wechat import login, phone, sessions, tokens, upkeep
from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.rates import Rates
from yumen.sandbox.wechat.shipping import Shipping
from yumen.sandbox.wechat.subscribe import Subscriptions


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint: who may call, whether success carries errcode 0, whether it takes part in API security."""

    method: Literal["GET", "POST"]
    answer: Callable[[Call], Fields]
    by: Literal["secret", "token"] = "token"
    errcode_zero: bool = True
    secured: bool = False
    body: Literal["none", "json", "optional"] = "none"
    counted: bool = True


def build(rates: Rates, shipping: Shipping, subscriptions: Subscriptions) -> Mapping[str, Endpoint]:
    """All endpoints. The token desk counts for itself; clearing a quota is never counted."""
    table: dict[str, Endpoint] = {}
    known = frozenset(PATHS)
    table["/sns/jscode2session"] = Endpoint(
        "GET", lambda call: login.code2session(call, rates), by="secret", errcode_zero=False
    )
    table["/cgi-bin/token"] = Endpoint("GET", tokens.get_access_token, by="secret", errcode_zero=False)
    table["/cgi-bin/stable_token"] = Endpoint(
        "POST", tokens.get_stable_access_token, by="secret", errcode_zero=False, body="json"
    )
    table["/wxa/checksession"] = Endpoint("GET", sessions.check_session_key)
    table["/wxa/resetusersessionkey"] = Endpoint("GET", lambda call: sessions.reset_user_session_key(call, rates))
    table["/wxa/business/getuserphonenumber"] = Endpoint("POST", phone.get_user_phone_number, secured=True, body="json")
    table["/wxa/business/checkencryptedmsg"] = Endpoint("POST", phone.check_encrypted_data, body="json")
    table["/cgi-bin/getcallbackip"] = Endpoint("GET", upkeep.get_callback_ip)
    table["/cgi-bin/get_api_domain_ip"] = Endpoint("GET", upkeep.get_api_domain_ip)
    table["/cgi-bin/callback/check"] = Endpoint("POST", upkeep.callback_check, body="json")
    table["/cgi-bin/clear_quota"] = Endpoint("POST", upkeep.clear_quota, body="json", counted=False)
    table["/cgi-bin/clear_quota/v2"] = Endpoint("POST", upkeep.clear_quota_v2, by="secret", body="optional")
    table["/cgi-bin/openapi/quota/get"] = Endpoint("POST", lambda call: upkeep.get_quota(call, known), body="json")
    table["/cgi-bin/openapi/quota/clear"] = Endpoint(
        "POST", lambda call: upkeep.clear_path_quota(call, known), body="json", counted=False
    )
    table["/cgi-bin/openapi/rid/get"] = Endpoint("POST", upkeep.get_rid, body="json")
    table["/cgi-bin/message/subscribe/send"] = Endpoint("POST", subscriptions.send, body="json")
    for path, answer in _shipping(shipping).items():
        table[path] = Endpoint("POST", answer, body="json")
    return table


def _shipping(shipping: Shipping) -> dict[str, Callable[[Call], Fields]]:
    order = "/wxa/sec/order/"
    return {
        f"{order}upload_shipping_info": shipping.upload,
        f"{order}upload_combined_shipping_info": shipping.upload_combined,
        f"{order}get_order": shipping.get_order,
        f"{order}get_order_list": shipping.get_order_list,
        f"{order}notify_confirm_receive": shipping.notify_confirm_receive,
        f"{order}set_msg_jump_path": shipping.set_msg_jump_path,
        f"{order}is_trade_managed": shipping.is_trade_managed,
        f"{order}is_trade_management_confirmation_completed": shipping.is_confirmation_completed,
        f"{order}opspecialorder": shipping.op_special_order,
        "/cgi-bin/express/delivery/open_msg/get_delivery_list": shipping.get_delivery_list,
    }


PATHS: Final = (
    "/cgi-bin/token",
    "/cgi-bin/stable_token",
    "/cgi-bin/getcallbackip",
    "/cgi-bin/get_api_domain_ip",
    "/cgi-bin/callback/check",
    "/cgi-bin/clear_quota",
    "/cgi-bin/openapi/quota/get",
    "/cgi-bin/openapi/quota/clear",
    "/cgi-bin/openapi/rid/get",
    "/wxa/checksession",
    "/wxa/resetusersessionkey",
    "/wxa/business/getuserphonenumber",
    "/wxa/business/checkencryptedmsg",
    "/wxa/sec/order/upload_shipping_info",
    "/wxa/sec/order/get_order",
    "/wxa/sec/order/notify_confirm_receive",
    "/cgi-bin/message/subscribe/send",
)
"""Paths that quota/get knows; /sns/ is outside it."""
