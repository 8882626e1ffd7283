"""What is reported at our hook, in every wrong way the sandbox knows, and through a rotation of keys."""

from datetime import timedelta
from typing import get_args

import pytest

from yumen.kit.errors import Problem
from yumen.sandbox.wechatpay.records import NoticeTroubleKind
from yumen.wechat.pay import PaidNotice, RefundNotice, Unverified, Why

UNVERIFIED = {
    "probe": Why.PROBE,
    "probe_undecodable": Why.PROBE,
    "wrong_signature": Why.SIGNATURE,
    "wrong_key": Why.SIGNATURE,
    "unknown_serial": Why.SERIAL_UNKNOWN,
    "merchant_serial": Why.SERIAL_UNKNOWN,
    "stale": Why.CLOCK,
    "future": Why.CLOCK,
    "missing_header": Why.HEADER_MISSING,
    "truncated": Why.SIGNATURE,
    "reserialised": Why.SIGNATURE,
}
REFUSED = {
    "other_apiv3_key": "wechat_pay.unopened",
    "other_merchant": "wechat_pay.notification_foreign",
    "wrong_appid": "wechat_pay.notification_foreign",
}
BELIEVED = {"lowercase_headers", "extra_fields", "wrong_amount", "unknown_order", "other_currency"}
"""Well signed and ours: the last three are for the story that knows the order."""
ON_THE_WAY = {"lose", "delay", "duplicate"}


def test_every_trouble_of_the_sandbox_is_met_here():
    assert set(get_args(NoticeTroubleKind)) == set(UNVERIFIED) | set(REFUSED) | BELIEVED | ON_THE_WAY


@pytest.fixture
async def order(stage):
    """A paid order whose own notice was heard."""
    order = await stage.paid()
    await stage.hook.hears()
    stage.hook.heard.clear()
    return order


@pytest.mark.parametrize("kind", UNVERIFIED)
async def test_what_is_not_well_signed_is_refused(stage, order, kind):
    await stage.admin.send_notice(stage.mchid, order.out_trade_no, kind)
    told = (await stage.hook.hears())[0]
    assert isinstance(told, Unverified)
    assert told.why is UNVERIFIED[kind]


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_is_not_ours_is_a_coded_problem(stage, order, kind):
    await stage.admin.send_notice(stage.mchid, order.out_trade_no, kind)
    told = (await stage.hook.hears())[0]
    assert isinstance(told, Problem)
    assert told.code.name == REFUSED[kind]


@pytest.mark.parametrize("kind", sorted(BELIEVED))
async def test_what_is_well_signed_is_handed_on(stage, order, kind):
    await stage.admin.send_notice(stage.mchid, order.out_trade_no, kind)
    told = (await stage.hook.hears())[0]
    assert isinstance(told, PaidNotice)
    same = (told.transaction.out_trade_no, told.transaction.amount.total, told.transaction.amount.currency)
    assert (same == (order.out_trade_no, 12345, "CNY")) is (kind in {"lowercase_headers", "extra_fields"})


async def test_a_refund_made_by_hand_is_reported_too(stage, order):
    made = await stage.admin.refund_by_hand(stage.mchid, order.out_trade_no, 100)
    await stage.admin.change_merchant(stage.mchid, refund_notify_url="https://shop.example/hooks/pay")
    await stage.admin.settle_refund(stage.mchid, made.out_refund_no, "ABNORMAL")
    told = (await stage.hook.hears())[0]
    assert isinstance(told, RefundNotice)
    assert (told.event_type, told.refund.out_refund_no) == ("REFUND.ABNORMAL", made.out_refund_no)


async def test_a_rotation_of_certificates_passes_unnoticed(open_stage):
    stage = await open_stage(key_mode="certificate")
    await stage.paid()
    await stage.hook.hears()
    heard = 1
    for share, retire in ((0.5, False), (1.0, False), (0.0, True)):
        await stage.admin.rotate(share, retire=retire)
        stage.clock.ahead += timedelta(seconds=61)  # an unknown serial is looked for once a minute
        for _ in range(6):
            heard += 1
            await stage.paid()
            await stage.hook.hears(heard)
    assert [told for told in stage.hook.heard if not isinstance(told, PaidNotice)] == []
