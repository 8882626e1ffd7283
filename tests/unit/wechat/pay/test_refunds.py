"""Pay back, and ask what became of it."""

import json
from dataclasses import replace

import pytest

from yumen.kit.errors import Problem, Rejected, Unsettled
from yumen.wechat import pay as pay_face
from yumen.wechat.pay import Card, Next, RefundOrder, RefundState, next_of
from yumen.wechat.pay.sealed import decrypt_field
from yumen.wechat.pay.signing import RsaSigner

PATH = "/v3/refund/domestic/refunds"
ORDER = RefundOrder("R20261124_0001", "T20261124_0001", 345, 12345, "不想要了🙂")


async def test_a_refund_is_asked_for_and_stands_as_it_is_told(pay, wechat_pay, refund_object, shop):
    wechat_pay.answers[PATH] = (200, refund_object)
    found = await pay_face.refund(pay, shop.mchid, ORDER)
    assert (found.state, found.amount.refund) == (RefundState.PROCESSING, 345)
    assert json.loads(wechat_pay.asked[0][3]) == {
        "out_trade_no": "T20261124_0001",
        "out_refund_no": "R20261124_0001",
        "reason": "不想要了",
        "notify_url": "https://shop.example/hooks/pay",
        "amount": {"refund": 345, "total": 12345, "currency": "CNY"},
    }


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"refund_fen": 0}, "amount"),
        ({"refund_fen": -5}, "amount"),
        ({"refund_fen": 12346}, "amount"),
        ({"out_refund_no": ""}, "number"),
        ({"out_refund_no": "x" * 65}, "number"),
        ({"out_trade_no": "x"}, "number"),
    ],
)
async def test_an_impossible_refund_is_not_sent(pay, wechat_pay, shop, changed, why):
    with pytest.raises(Problem, match=r"wechat_pay\.refund_refused") as caught:
        await pay_face.refund(pay, shop.mchid, replace(ORDER, **changed))
    assert caught.value.facts["why"] == why
    assert wechat_pay.asked == []


async def test_too_fast_may_mean_accepted(pay, wechat_pay, shop):
    wechat_pay.answers[PATH] = (429, {"code": "FREQUENCY_LIMITED"})
    with pytest.raises(Unsettled) as caught:
        await pay_face.refund(pay, shop.mchid, ORDER)
    assert next_of(caught.value) is Next.AGAIN
    assert len(wechat_pay.asked) == 1


async def test_an_answer_about_another_refund_decides_nothing(pay, wechat_pay, refund_object, shop):
    wechat_pay.answers[PATH] = (200, refund_object | {"out_refund_no": "R2"})
    wechat_pay.answers[f"{PATH}/{ORDER.out_refund_no}"] = (200, refund_object | {"out_refund_no": "R2"})
    with pytest.raises(Unsettled, match="another_refund"):
        await pay_face.refund(pay, shop.mchid, ORDER)
    with pytest.raises(Unsettled, match="another_refund"):
        await pay_face.query_refund(pay, shop.mchid, ORDER.out_refund_no)


async def test_a_refund_is_asked_about_by_its_number(pay, wechat_pay, refund_object, shop):
    number = "R|1*@-_"
    wechat_pay.answers[f"{PATH}/{number}"] = (200, refund_object | {"out_refund_no": number, "status": "ABNORMAL"})
    assert (await pay_face.query_refund(pay, shop.mchid, number)).state is RefundState.ABNORMAL
    assert wechat_pay.asked[0][1] == f"{PATH}/R%7C1*@-_"


async def test_an_absent_refund_may_be_sent_again(pay, wechat_pay, shop):
    wechat_pay.answers[f"{PATH}/R1"] = (404, {"code": "RESOURCE_NOT_EXISTS"})
    with pytest.raises(Rejected) as caught:
        await pay_face.query_refund(pay, shop.mchid, "R1")
    assert next_of(caught.value) is Next.ABSENT


async def test_a_card_goes_out_encrypted_under_a_named_key(pay, wechat_pay, refund_object, shop, platform_key):
    path = f"{PATH}/{refund_object['refund_id']}/apply-abnormal-refund"
    wechat_pay.answers[path] = (200, refund_object)
    card = Card("ICBC_DEBIT", "6222021234567890", "张三")
    await pay_face.pay_out_abnormal(pay, shop.mchid, refund_object["refund_id"], refund_object["out_refund_no"], card)
    sent, headers = json.loads(wechat_pay.asked[0][3]), wechat_pay.asked[0][2]
    assert headers["Wechatpay-Serial"] == shop.key_id
    assert (sent["type"], sent["bank_type"]) == ("USER_BANK_CARD", "ICBC_DEBIT")
    signer = RsaSigner(platform_key)
    assert decrypt_field(signer, sent["bank_account"]) == "6222021234567890"
    assert decrypt_field(signer, sent["real_name"]) == "张三"
    assert "6222" not in repr(card)
    assert "张三" not in repr(card)


async def test_an_abnormal_refund_may_go_to_the_merchant(pay, wechat_pay, refund_object, shop):
    path = f"{PATH}/{refund_object['refund_id']}/apply-abnormal-refund"
    wechat_pay.answers[path] = (200, refund_object | {"out_refund_no": "R2"})
    with pytest.raises(Unsettled, match="another_refund"):
        await pay_face.pay_out_abnormal(pay, shop.mchid, refund_object["refund_id"], "R1", None)
    assert json.loads(wechat_pay.asked[0][3]) == {"out_refund_no": "R1", "type": "MERCHANT_BANK_CARD"}
