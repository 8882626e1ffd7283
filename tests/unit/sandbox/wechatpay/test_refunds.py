import asyncio
import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from yumen.sandbox.wechatpay.client import AdminRefused

DAY = 86400


@pytest.fixture
async def paid(backend, admin) -> str:
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number)
    return number


async def ask(backend, name: str):
    return await backend.call("GET", f"/v3/refund/domestic/refunds/{name}")


async def test_a_refund_is_accepted_first_and_done_later(backend, admin, paid):
    answer = await backend.refund(paid, 1000, name="R1")
    assert (answer.status, answer.json["status"], answer.signed) == (200, "PROCESSING", True)
    assert "success_time" not in answer.json
    assert (await backend.query(paid)).json["trade_state"] == "REFUND"
    await admin.advance_clock(5)
    done = (await ask(backend, "R1")).json
    assert done["status"] == "SUCCESS"
    assert done["amount"]["refund"] == done["amount"]["payer_refund"] == 1000
    assert done["success_time"].endswith("+08:00")


async def test_the_same_number_is_one_refund_and_must_say_the_same(backend, admin, paid):
    first = (await backend.refund(paid, 1000, name="R1")).json
    again = await backend.refund(paid, 1000, name="R1")
    assert again.json["refund_id"] == first["refund_id"]
    assert (await backend.refund(paid, 2000, name="R1")).code == "INVALID_REQUEST"
    assert (await admin.order(backend.merchant.mchid, paid)).refunded_fen == 1000


async def test_refunds_never_exceed_what_was_paid(backend, admin, paid):
    await backend.refund(paid, 9000)
    await admin.advance_clock(60)
    assert (await backend.refund(paid, 901)).code == "INVALID_REQUEST"
    assert (await backend.refund(paid, 900)).status == 200
    await admin.advance_clock(60)
    assert (await backend.refund(paid, 1)).code == "INVALID_REQUEST"


async def test_a_minute_lies_between_two_refunds_of_an_order(backend, admin, paid):
    await backend.refund(paid, 100)
    limited = await backend.refund(paid, 100)
    assert (limited.status, limited.code) == (429, "FREQUENCY_LIMITED")
    await admin.advance_clock(60)
    assert (await backend.refund(paid, 100)).status == 200


async def test_fifty_partial_refunds_are_the_most(backend, admin, paid):
    await admin.change_merchant(backend.merchant.mchid, refund_spacing_s=0)
    assert {(await backend.refund(paid, 1)).status for _ in range(50)} == {200}
    assert (await backend.refund(paid, 1)).code == "INVALID_REQUEST"


async def test_after_a_year_it_is_too_late(backend, admin, paid):
    await admin.advance_clock(365 * DAY + 1)
    assert (await backend.refund(paid, 1)).code == "INVALID_REQUEST"


async def test_without_money_the_refund_waits(backend, admin, paid):
    await admin.change_merchant(backend.merchant.mchid, withdrawn_fen=9000)
    short = await backend.refund(paid, 1000, name="R1")
    assert (short.status, short.code) == (403, "NOT_ENOUGH")
    await admin.change_merchant(backend.merchant.mchid, withdrawn_fen=0)
    assert (await backend.refund(paid, 1000, name="R1")).status == 200


async def test_an_order_that_is_unknown_or_unpaid_has_no_refund(backend):
    unpaid = (await backend.place())["out_trade_no"]
    for number in (unpaid, "UNKNOWN1"):
        answer = await backend.refund(number, 1)
        assert (answer.status, answer.code) == (404, "RESOURCE_NOT_EXISTS")
    assert (await ask(backend, "R9")).code == "RESOURCE_NOT_EXISTS"


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"refund": 1, "total": 9900}},
        {"amount": {"refund": 0, "total": 9900, "currency": "CNY"}},
        {"amount": {"refund": 9901, "total": 9900, "currency": "CNY"}},
        {"amount": {"refund": 2, "total": 9900, "currency": "CNY", "from": [{"account": "AVAILABLE", "amount": 1}]}},
        {"out_refund_no": "R#1"},
        {"out_trade_no": None},
        {"reason": "x" * 81},
        {"notify_url": "https://shop.example/a?b"},
        {"unheard": 1},
    ],
)
async def test_each_broken_rule_is_a_parameter_error(backend, paid, change):
    answer = await backend.refund(paid, 1, **change)
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")


async def test_another_total_than_was_paid_is_refused(backend, paid):
    assert (await backend.refund(paid, 1, total=9901)).code == "INVALID_REQUEST"


async def test_neither_number_given_is_refused(backend):
    body = {"out_refund_no": "R1", "amount": {"refund": 1, "total": 1, "currency": "CNY"}}
    assert (await backend.call("POST", "/v3/refund/domestic/refunds", body)).code == "PARAM_ERROR"


async def test_a_refund_may_close_and_the_money_stays(backend, admin, paid):
    await admin.change_merchant(backend.merchant.mchid, refund_outcome="CLOSED")
    await backend.refund(paid, 9900, name="R1")
    await admin.advance_clock(60)
    assert (await ask(backend, "R1")).json["status"] == "CLOSED"
    assert (await backend.refund(paid, 9900, name="R2")).status == 200


async def test_an_abnormal_refund_is_paid_out_another_way(backend, admin, paid):
    await admin.change_merchant(backend.merchant.mchid, refund_after_s=None)
    refund_id = (await backend.refund(paid, 9900, name="R1")).json["refund_id"]
    target = f"/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund"
    public = serialization.load_pem_public_key(backend.merchant.public_key_pem.encode())
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    sealed = base64.b64encode(public.encrypt(b"6222021234567890", oaep)).decode()
    body = {"out_refund_no": "R1", "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT", "real_name": sealed}
    assert (await backend.call("POST", target, body | {"bank_account": sealed})).code == "INVALID_REQUEST"
    await admin.settle_refund(backend.merchant.mchid, "R1", "ABNORMAL")
    assert (await ask(backend, "R1")).json["status"] == "ABNORMAL"
    assert (await backend.call("POST", target, body)).code == "PARAM_ERROR"
    assert (await backend.call("POST", target, body | {"bank_account": "clear text"})).code == "PARAM_ERROR"
    again = await backend.call("POST", target, body | {"bank_account": sealed})
    assert (again.json["status"], again.json["channel"]) == ("PROCESSING", "OTHER_BANKCARD")
    await admin.settle_refund(backend.merchant.mchid, "R1")
    assert (await ask(backend, "R1")).json["status"] == "SUCCESS"
    with pytest.raises(AdminRefused, match="refund_settled"):
        await admin.settle_refund(backend.merchant.mchid, "R1")


async def test_coupons_are_returned_in_proportion(backend, admin):
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number, coupon_fen=990)
    amount = (await backend.refund(number, 1000)).json["amount"]
    assert (amount["payer_total"], amount["payer_refund"], amount["discount_refund"]) == (8910, 900, 100)


async def test_a_refund_by_hand_is_told_under_a_number_nobody_made(backend, admin, shop, paid):
    await admin.change_merchant(backend.merchant.mchid, refund_notify_url="https://shop.example/hooks/platform")
    await admin.refund_by_hand(backend.merchant.mchid, paid, 500)
    await admin.advance_clock(10)
    async with asyncio.timeout(5):
        while len(shop.heard) < 2:
            await asyncio.sleep(0.02)
    told = next(said for said in shop.heard if said["event_type"] == "REFUND.SUCCESS")
    assert told["path"] == "/hooks/platform"
    assert told["opened"]["out_refund_no"].startswith("HAND")
    with pytest.raises(AdminRefused, match="refund_too_high"):
        await admin.refund_by_hand(backend.merchant.mchid, paid, 9900)
