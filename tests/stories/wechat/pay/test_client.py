"""The API misbehaves in every way the sandbox knows: a right answer, or nothing decided."""

from typing import get_args

import pytest

from yumen.kit.errors import NotSent, Unsettled
from yumen.sandbox.wechatpay.records import TroubleKind
from yumen.wechat import pay
from yumen.wechat.pay import Next, RefundOrder, next_of

HARMLESS = {"slow", "lowercase_headers", "extra_fields"}
FOR_EVER = {"silent", "silent_before"}
"""The call hangs until the deadline: tried elsewhere, here too long to wait for."""
TROUBLES = [kind for kind in get_args(TroubleKind) if kind not in FOR_EVER]


@pytest.mark.parametrize("kind", TROUBLES)
async def test_a_query_survives_one_trouble(stage, kind):
    order = await stage.paid()
    await stage.admin.trouble(stage.mchid, kind, left=1, endpoint="", delay_ms=50)
    assert (await pay.query_by_out_trade_no(stage.pay, stage.mchid, order.out_trade_no)).is_paid


@pytest.mark.parametrize("kind", [kind for kind in TROUBLES if kind not in HARMLESS])
async def test_a_lasting_trouble_decides_nothing_about_a_refund(stage, kind):
    order = await stage.paid()
    await stage.admin.trouble(stage.mchid, kind)
    back = RefundOrder("R" + order.out_trade_no, order.out_trade_no, 45, 12345)
    with pytest.raises((Unsettled, NotSent)) as caught:
        await pay.refund(stage.pay, stage.mchid, back)
    assert next_of(caught.value) in {Next.ASK, Next.AGAIN}
    await stage.admin.end_troubles(stage.mchid)
    found = await pay.refund(stage.pay, stage.mchid, back)
    assert len(await stage.admin.refunds(stage.mchid)) == 1
    assert found.amount.refund == 45


@pytest.mark.parametrize("kind", ["error_after", "lost", "probe"])
async def test_an_order_whose_answer_was_lost_is_one_order(stage, kind):
    await stage.admin.trouble(stage.mchid, kind, left=1)
    order = stage.order()
    await stage.prepay(order)
    assert [made.out_trade_no for made in await stage.admin.orders(stage.mchid)] == [order.out_trade_no]
