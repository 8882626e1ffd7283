"""A payment from order to refund against the sandbox, which checks every signature of ours."""

import pytest

from yumen.kit.errors import Rejected
from yumen.wechat import pay
from yumen.wechat.pay import Next, PaidNotice, RefundNotice, RefundOrder, RefundState, TradeState, next_of


@pytest.mark.parametrize(
    "keys",
    [
        {"key_mode": "public_key"},
        {"key_mode": "certificate"},
        {"key_mode": "both"},
        {"key_mode": "certificate", "scheme": "SM2"},
    ],
    ids=["public key", "certificate", "both", "SM"],
)
async def test_a_shopper_pays_and_gets_the_money_back(open_stage, keys):
    stage = await open_stage(**keys)
    order = stage.order()
    ready = await stage.prepay(order)
    if "scheme" in keys:  # how wx.requestPayment takes an SM signature is not documented
        await stage.admin.pay(stage.mchid, order.out_trade_no)
    else:
        said = await stage.admin.request_payment(order.appid, order.openid, ready.parameters.for_mini())
        assert said.errMsg == "requestPayment:ok"

    notice = (await stage.hook.hears())[0]
    assert isinstance(notice, PaidNotice)
    asked = await pay.query_by_out_trade_no(stage.pay, stage.mchid, order.out_trade_no)
    for found in (notice.transaction, asked):
        assert (found.out_trade_no, found.amount.total, found.amount.currency) == (order.out_trade_no, 12345, "CNY")
        assert (found.state, found.payer.openid) == (TradeState.SUCCESS, order.openid)
    by_id = await pay.query_by_transaction_id(stage.pay, stage.mchid, asked.transaction_id)
    assert by_id == asked

    back = RefundOrder("R" + order.out_trade_no, order.out_trade_no, 345, 12345, "不想要了")
    assert (await pay.refund(stage.pay, stage.mchid, back)).state is RefundState.PROCESSING
    await stage.admin.settle_refund(stage.mchid, back.out_refund_no)
    told = (await stage.hook.hears(2))[1]
    assert isinstance(told, RefundNotice)
    assert (told.refund.state, told.refund.amount.refund) == (RefundState.SUCCESS, 345)
    found = await pay.query_refund(stage.pay, stage.mchid, back.out_refund_no)
    assert (found.state, found.refund_id) == (RefundState.SUCCESS, told.refund.refund_id)
    assert (await pay.refund(stage.pay, stage.mchid, back)).refund_id == found.refund_id


async def test_the_same_order_gets_a_fresh_id_and_a_changed_one_has_to_be_asked_about(stage):
    order = stage.order()
    first, again = await stage.prepay(order), await stage.prepay(order)
    assert first.prepay_id != again.prepay_id
    changed = type(order)(order.appid, order.openid, order.out_trade_no, order.description, 1)
    with pytest.raises(Rejected) as caught:
        await stage.prepay(changed)
    assert next_of(caught.value) is Next.ASK


async def test_a_closed_order_is_closed_again_and_a_paid_one_is_not(stage):
    order = stage.order()
    await stage.prepay(order)
    for _ in range(2):
        await pay.close(stage.pay, stage.mchid, order.out_trade_no)
    found = await pay.query_by_out_trade_no(stage.pay, stage.mchid, order.out_trade_no)
    assert (found.state, found.is_paid, found.amount is None or found.amount.total) == (TradeState.CLOSED, False, 12345)

    raced = stage.order()
    await stage.prepay(raced)
    await stage.admin.race(stage.mchid, raced.out_trade_no)
    with pytest.raises(Rejected) as caught:
        await pay.close(stage.pay, stage.mchid, raced.out_trade_no)
    assert next_of(caught.value) is Next.ASK
    assert (await pay.query_by_out_trade_no(stage.pay, stage.mchid, raced.out_trade_no)).is_paid


async def test_what_wechat_pay_never_heard_of_is_absent(stage):
    for asking in (
        pay.query_by_out_trade_no(stage.pay, stage.mchid, "T-unknown"),
        pay.query_refund(stage.pay, stage.mchid, "R-unknown"),
    ):
        with pytest.raises(Rejected) as caught:
            await asking
        assert next_of(caught.value) is Next.ABSENT


async def test_a_refund_above_what_was_paid_is_rejected(stage):
    order = await stage.paid()
    first = RefundOrder("R" + order.out_trade_no, order.out_trade_no, 12345, 12345)
    await pay.refund(stage.pay, stage.mchid, first)
    await stage.admin.change_merchant(stage.mchid, refund_spacing_s=0)
    with pytest.raises(Rejected):
        await pay.refund(stage.pay, stage.mchid, RefundOrder("RR-1", order.out_trade_no, 1, 12345))
