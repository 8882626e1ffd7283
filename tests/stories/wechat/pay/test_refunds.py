"""A refund whose card is void, paid out another way; the sandbox opens the encrypted fields."""

import pytest

from yumen.wechat import pay
from yumen.wechat.pay import Card, RefundOrder, RefundState


@pytest.mark.parametrize("card", [Card("ICBC_DEBIT", "6222021234567890", "张三"), None], ids=["shopper", "merchant"])
@pytest.mark.parametrize("key_mode", ["public_key", "certificate"])
async def test_an_abnormal_refund_is_paid_out_another_way(open_stage, key_mode, card):
    stage = await open_stage(key_mode=key_mode)
    order = await stage.paid()
    asked = RefundOrder("R" + order.out_trade_no, order.out_trade_no, 45, 12345)
    made = await pay.refund(stage.pay, stage.mchid, asked)
    await stage.admin.settle_refund(stage.mchid, made.out_refund_no, "ABNORMAL")
    assert (await pay.query_refund(stage.pay, stage.mchid, made.out_refund_no)).state is RefundState.ABNORMAL

    sent = await pay.pay_out_abnormal(stage.pay, stage.mchid, made.refund_id, made.out_refund_no, card)
    assert (sent.refund_id, sent.state) == (made.refund_id, RefundState.PROCESSING)
    await stage.admin.settle_refund(stage.mchid, made.out_refund_no)
    assert (await pay.query_refund(stage.pay, stage.mchid, made.out_refund_no)).state is RefundState.SUCCESS
