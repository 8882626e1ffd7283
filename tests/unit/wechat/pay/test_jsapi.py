"""Order, ask, close."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from yumen.kit.errors import Problem, Rejected, Unsettled
from yumen.wechat import pay as pay_face
from yumen.wechat.pay import Next, Order, next_of
from yumen.wechat.pay.jsapi import order_body, payment_parameters, plain
from yumen.wechat.pay.platform import RsaVerifier
from yumen.wechat.pay.signing import pay_message

PATH = "/v3/pay/transactions/jsapi"
NUMBER = "T20261124_0001"
BY_NUMBER = f"/v3/pay/transactions/out-trade-no/{NUMBER}"


@pytest.fixture
def order(shop):
    at = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    return Order(shop.appid, "oSecretPerson", NUMBER, "香水 30ml 🌹", 12345, at, "store=SH01")


async def test_an_order_can_be_paid_with_parameters_of_its_own(pay, order, wechat_pay, merchant_key, shop):
    wechat_pay.answers[PATH] = (200, {"prepay_id": "wx201410272009395522657a690389285100"})
    ready = await pay_face.prepay(pay, shop.mchid, order)
    body = json.loads(wechat_pay.asked[0][3])
    assert body == {
        "appid": shop.appid,
        "mchid": shop.mchid,
        "description": "香水 30ml ",
        "out_trade_no": NUMBER,
        "time_expire": "2026-11-24T12:00:00+08:00",
        "attach": "store=SH01",
        "notify_url": "https://shop.example/hooks/pay",
        "amount": {"total": 12345, "currency": "CNY"},
        "payer": {"openid": "oSecretPerson"},
    }
    given = ready.parameters.for_mini()
    assert list(given) == ["timeStamp", "nonceStr", "package", "signType", "paySign"]
    assert (given["package"], given["signType"]) == ("prepay_id=wx201410272009395522657a690389285100", "RSA")
    message = pay_message(shop.appid, given["timeStamp"], given["nonceStr"], given["package"])
    assert RsaVerifier(merchant_key.public_key()).verify(message, given["paySign"])
    assert "oSecretPerson" not in repr(order)


async def test_the_same_order_is_the_same_bytes_and_every_tap_a_fresh_signature(line, order, shop):
    assert order_body(line, order) == order_body(line, replace(order))
    assert await payment_parameters(line, shop.appid, "wx1") != await payment_parameters(line, shop.appid, "wx1")


def test_what_is_not_said_is_left_out(line, order):
    body = json.loads(order_body(line, replace(order, expires_at=None, attach="")))
    assert {"time_expire", "attach"} & set(body) == set()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"out_trade_no": "short"}, "number"),
        ({"out_trade_no": "x" * 33}, "number"),
        ({"out_trade_no": "T2026/1124"}, "number"),
        ({"out_trade_no": "T20261124\n"}, "number"),
        ({"total_fen": 0}, "amount"),
        ({"total_fen": -1}, "amount"),
        ({"total_fen": 10**12}, "amount"),
        ({"description": "🌹"}, "description"),
        ({"attach": "x" * 129}, "attach"),
        ({"attach": "🌹"}, "attach"),
        ({"openid": ""}, "payer"),
        ({"appid": "wx" + "1" * 16}, "app"),
    ],
)
async def test_what_wechat_pay_would_refuse_is_not_sent(pay, order, wechat_pay, shop, changed, why):
    with pytest.raises(Problem, match=r"wechat_pay\.order_refused") as caught:
        await pay_face.prepay(pay, shop.mchid, replace(order, **changed))
    assert caught.value.facts["why"] == why
    assert wechat_pay.asked == []


def test_texts_lose_what_wechat_pay_refuses():
    assert plain("a🌹b\x00c\n" + "玉" * 200, 127) == "abc" + "玉" * 124


@pytest.mark.parametrize("answer", [{"prepay_id": ""}, {"prepay_id": "a b"}, {"prepay_id": "x" * 65}])
async def test_a_prepay_id_that_cannot_be_one_is_not_signed(pay, order, wechat_pay, shop, answer):
    wechat_pay.answers[PATH] = (200, answer)
    with pytest.raises(Unsettled, match="prepay_id"):
        await pay_face.prepay(pay, shop.mchid, order)


async def test_an_order_is_asked_for_by_either_number(pay, wechat_pay, transaction, shop):
    wechat_pay.answers[BY_NUMBER] = (200, transaction)
    wechat_pay.answers[f"/v3/pay/transactions/id/{transaction['transaction_id']}"] = (200, transaction)
    assert (await pay_face.query_by_out_trade_no(pay, shop.mchid, NUMBER)).is_paid
    found = await pay_face.query_by_transaction_id(pay, shop.mchid, transaction["transaction_id"])
    assert found.out_trade_no == NUMBER
    assert [asked[1].partition("?")[2] for asked in wechat_pay.asked] == [f"mchid={shop.mchid}"] * 2


@pytest.mark.parametrize("changed", [{"out_trade_no": "T20261124_0002"}, {"mchid": "1900000110"}])
async def test_an_answer_about_something_else_decides_nothing(pay, wechat_pay, transaction, shop, changed):
    wechat_pay.answers[BY_NUMBER] = (200, transaction | changed)
    with pytest.raises(Unsettled, match=r"wechat_pay\.answer_unverified another"):
        await pay_face.query_by_out_trade_no(pay, shop.mchid, NUMBER)


async def test_closing_has_an_empty_answer(pay, wechat_pay, shop):
    wechat_pay.answers[f"{BY_NUMBER}/close"] = (204, None)
    await pay_face.close(pay, shop.mchid, NUMBER)
    assert json.loads(wechat_pay.asked[0][3]) == {"mchid": shop.mchid}


async def test_a_paid_order_is_not_closed_but_asked_about(pay, wechat_pay, shop):
    wechat_pay.answers[f"{BY_NUMBER}/close"] = (400, {"code": "ORDERPAID"})
    with pytest.raises(Rejected) as caught:
        await pay_face.close(pay, shop.mchid, NUMBER)
    assert next_of(caught.value) is Next.ASK


async def test_odd_numbers_are_encoded_for_the_path_and_foreign_ones_refused(pay, wechat_pay, transaction, shop):
    wechat_pay.answers["/v3/pay/transactions/out-trade-no/A|B*-_01"] = (200, transaction | {"out_trade_no": "A|B*-_01"})
    await pay_face.query_by_out_trade_no(pay, shop.mchid, "A|B*-_01")
    assert wechat_pay.asked[0][1].startswith("/v3/pay/transactions/out-trade-no/A%7CB*-_01?")
    for wrong in ("../x", "A/../../", "", "x" * 33):
        with pytest.raises(Problem, match=r"wechat_pay\.order_refused"):
            await pay_face.query_by_out_trade_no(pay, shop.mchid, wrong)
