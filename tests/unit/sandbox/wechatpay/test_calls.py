"""Who may call: headers, Authorization, clock, signature; and which bodies are read."""

import json
import time
from pathlib import Path

import pytest

from yumen.sandbox.wechatpay.calls import Nonces
from yumen.sandbox.wechatpay.keys import merchant_signed
from yumen.sandbox.wechatpay.records import Merchant

SIGN = json.loads((Path(__file__).parents[3] / "vectors" / "wechatpay-sign.json").read_text(encoding="utf-8"))
JAVA = SIGN["keys"]["java_merchant"]
TARGET = "/v3/pay/transactions/out-trade-no/T12345678?mchid="


def java_merchant() -> Merchant:
    return Merchant(
        mchid=JAVA["mchid"],
        name="java",
        appids=[],
        serial_no=JAVA["serial_no"],
        certificate_pem=JAVA["certificate_pem"],
        apiv3_key="",
    )


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in SIGN["cases"] if c["key"] == "java_merchant" and "signature" in c]
)
def test_published_signatures_are_taken_and_changed_ones_refused(case):
    assert merchant_signed(java_merchant(), case["message"].encode(), case["signature"])
    assert not merchant_signed(java_merchant(), case["message"].encode() + b"\n", case["signature"])
    assert not merchant_signed(java_merchant(), case["message"].encode(), "!" + case["signature"])


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"mchid": "1900000000"}, "mchid"),
        ({"serial_no": "0" * 40}, "serial_no"),
        ({"timestamp": -400}, "timestamp"),
        ({"timestamp": 400}, "timestamp"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"nonce_str": "n" * 33}, "nonce_str"),
        ({"signature": "AAAA"}, "signature"),
        ({"signature": "no base64"}, "signature"),
        ({"nonce_str": ""}, "Authorization"),
    ],
)
async def test_a_wrong_authorization_is_a_sign_error_that_names_its_place(backend, other, field):
    target = TARGET + backend.merchant.mchid
    if isinstance(shift := other.get("timestamp"), int):  # seconds from now, not from when the tests were collected
        other = {"timestamp": str(int(time.time()) + shift)}
    answer = await backend.send("GET", target, "", backend.headers("GET", target, **other))
    assert (answer.status, answer.code) == (401, "SIGN_ERROR")
    assert answer.json["detail"]["field"] == field
    assert answer.json["detail"]["location"] == "authorization"


async def test_every_signed_part_counts(backend):
    body = json.dumps(backend.order())
    target = "/v3/pay/transactions/jsapi"
    good = backend.headers("POST", target, body)
    assert (await backend.send("POST", target, body + " ", good)).code == "SIGN_ERROR"
    assert (await backend.send("POST", target + "?a=1", body, good)).code == "SIGN_ERROR"
    assert (await backend.send("POST", target, body, good)).status == 200


async def test_the_query_is_signed_as_it_was_sent(backend):
    number = (await backend.place())["out_trade_no"]
    target = f"/v3/pay/transactions/out-trade-no/{number}?mchid={backend.merchant.mchid}&x=%E4%B8%AD%20a"
    assert (await backend.call("GET", target)).status == 200


@pytest.mark.parametrize("header", ["Accept", "User-Agent"])
async def test_a_call_without_accept_or_user_agent_is_refused(backend, header):
    target = TARGET + backend.merchant.mchid
    headers = backend.headers("GET", target)
    del headers[header]
    answer = await backend.send("GET", target, "", headers)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("scheme", ["", "Basic x", "WECHATPAY2-SM2-WITH-SM3 "])
async def test_another_scheme_is_refused(backend, scheme):
    target = TARGET + backend.merchant.mchid
    headers = backend.headers("GET", target)
    headers["Authorization"] = headers["Authorization"].replace("WECHATPAY2-SHA256-RSA2048 ", scheme)
    assert (await backend.send("GET", target, "", headers)).code == "SIGN_ERROR"


async def test_a_nonce_may_be_refused_the_second_time(backend, admin):
    target = TARGET + backend.merchant.mchid
    headers = backend.headers("GET", target)
    assert [(await backend.send("GET", target, "", headers)).status for _ in range(2)] == [404, 404]
    await admin.change_merchant(backend.merchant.mchid, quirks={"refuse_nonce_reuse": True})
    headers = backend.headers("GET", target)
    assert [(await backend.send("GET", target, "", headers)).status for _ in range(2)] == [404, 401]


def test_nonces_are_told_apart_by_merchant():
    nonces = Nonces()
    assert [nonces.fresh(*pair) for pair in (("1", "a"), ("2", "a"), ("1", "a"))] == [True, True, False]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "PARAM_ERROR"),
        ("{", "PARAM_ERROR"),
        ("[1]", "PARAM_ERROR"),
        ('{"description": "\U0001f600"}', "PARAM_ERROR"),
        ('{"a": ["\\ud83d\\ude00"]}', "PARAM_ERROR"),
        ("[" * 5000, "PARAM_ERROR"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_parameter_error(backend, body, code):
    answer = await backend.call("POST", "/v3/pay/transactions/jsapi", body)
    assert (answer.status, answer.code, answer.signed) == (400, code, True)


async def test_a_body_must_be_announced_as_json(backend):
    answer = await backend.call("POST", "/v3/pay/transactions/jsapi", backend.order(), Content_Type="text/plain")
    assert answer.code == "INVALID_REQUEST"
