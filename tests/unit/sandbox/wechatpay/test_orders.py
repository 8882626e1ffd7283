import json

import pytest

DAY = 86400


async def test_an_order_is_placed_paid_and_asked_for_by_either_number(backend, admin):
    number = (await backend.place(attach="store=SH01", scene_info={"payer_client_ip": "::1", "device_id": "D1"}))[
        "out_trade_no"
    ]
    asked = await backend.query(number)
    assert asked.signed
    assert asked.json["trade_state"] == "NOTPAY"
    assert "transaction_id" not in asked.json
    order = await admin.pay(backend.merchant.mchid, number, bank_type="CMB_DEBIT")
    paid = (await backend.query(number)).json
    target = f"/v3/pay/transactions/id/{order.transaction_id}?mchid={backend.merchant.mchid}"
    assert (await backend.call("GET", target)).json == paid
    assert (paid["trade_state"], paid["trade_type"], paid["bank_type"]) == ("SUCCESS", "JSAPI", "CMB_DEBIT")
    assert (paid["attach"], paid["payer"]["openid"]) == ("store=SH01", order.openid)
    assert paid["amount"] == {"total": 9900, "payer_total": 9900, "currency": "CNY", "payer_currency": "CNY"}
    assert paid["scene_info"] == {"device_id": "D1"}
    assert paid["success_time"].endswith("+08:00")
    assert len(paid["transaction_id"]) == 28


async def test_the_same_order_again_gets_a_fresh_prepay_id_and_a_changed_one_is_refused(backend):
    first = backend.order()
    ids = []
    for _ in range(2):
        answer = await backend.call("POST", "/v3/pay/transactions/jsapi", first)
        ids.append(answer.json["prepay_id"])
    assert ids[0] != ids[1]
    reordered = json.dumps(dict(reversed(first.items())))
    assert (await backend.call("POST", "/v3/pay/transactions/jsapi", reordered)).status == 200
    for change, code in (
        ({"description": "other"}, "INVALID_REQUEST"),
        ({"time_expire": "2099-01-01T00:00:00+08:00"}, "INVALID_REQUEST"),
        ({"amount": {"total": 1, "currency": "CNY"}}, "OUT_TRADE_NO_USED"),
        ({"payer": {"openid": "oSomebodyElse"}}, "OUT_TRADE_NO_USED"),
    ):
        assert (await backend.call("POST", "/v3/pay/transactions/jsapi", first | change)).code == code


async def test_a_paid_or_closed_order_cannot_be_placed_again(backend, admin):
    paid, closed = backend.order(), backend.order()
    for body in (paid, closed):
        await backend.call("POST", "/v3/pay/transactions/jsapi", body)
    await admin.pay(backend.merchant.mchid, paid["out_trade_no"])
    await backend.close(closed["out_trade_no"])
    assert (await backend.call("POST", "/v3/pay/transactions/jsapi", paid)).code == "ORDERPAID"
    assert (await backend.call("POST", "/v3/pay/transactions/jsapi", closed)).code == "ORDER_CLOSED"


async def test_other_peoples_numbers_are_refused(backend, admin):
    place = "/v3/pay/transactions/jsapi"
    assert (await backend.call("POST", place, backend.order(mchid="1900000000"))).code == "PARAM_ERROR"
    foreign = await backend.call("POST", place, backend.order(appid="wx" + "0" * 16))
    assert (foreign.status, foreign.code) == (400, "APPID_MCHID_NOT_MATCH")
    assert (await backend.query("UNKNOWN1")).status == 404
    assert (await backend.query("UNKNOWN1")).code == "ORDER_NOT_EXIST"
    target = "/v3/pay/transactions/out-trade-no/UNKNOWN1?mchid=1"
    assert (await backend.call("GET", target)).code == "PARAM_ERROR"


async def test_closing_answers_a_signed_204_and_again(backend):
    number = (await backend.place())["out_trade_no"]
    for _ in range(2):
        closed = await backend.close(number)
        assert (closed.status, closed.body, closed.signed) == (204, b"", True)
    assert (await backend.query(number)).json["trade_state"] == "CLOSED"
    assert (await backend.close("UNKNOWN1")).code == "ORDER_NOT_EXIST"


async def test_a_paid_order_is_not_closed(backend, admin):
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number)
    assert (await backend.close(number)).code == "ORDERPAID"


@pytest.mark.parametrize(("when", "status", "state"), [("pay", 400, "SUCCESS"), ("pay_late", 204, "SUCCESS")])
async def test_a_payment_can_race_with_the_close(backend, admin, shop, when, status, state):
    number = (await backend.place())["out_trade_no"]
    await admin.race(backend.merchant.mchid, number, when)
    assert (await backend.close(number)).status == status
    assert (await backend.query(number)).json["trade_state"] == state


async def test_an_unpaid_order_is_closed_by_the_platform_after_a_week(backend, admin):
    number = (await backend.place())["out_trade_no"]
    await admin.advance_clock(7 * DAY - 60)
    assert (await backend.query(number)).json["trade_state"] == "NOTPAY"
    await admin.advance_clock(61)
    assert (await backend.query(number)).json["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("expires", "least", "most"), [(-10, 59, 61), (10, 59, 61), (500 * DAY, 90 * DAY - 1, 90 * DAY + 1)]
)
async def test_the_payers_time_is_raised_to_a_minute_and_lowered_to_ninety_days(backend, admin, expires, least, most):
    from yumen.sandbox.wechatpay.beijing import written

    now = (await admin.overview()).now
    number = (await backend.place(time_expire=written(now + expires)))["out_trade_no"]
    order = await admin.order(backend.merchant.mchid, number)
    assert least <= order.expires_at - order.made_at <= most


@pytest.mark.parametrize("state", ["USERPAYING", "PAYERROR", "REVOKED", "SOMETHING_NEW"])
async def test_every_other_state_can_be_produced(backend, admin, state):
    number = (await backend.place())["out_trade_no"]
    await admin.fail(backend.merchant.mchid, number, state)
    assert (await backend.query(number)).json["trade_state"] == state


async def test_a_coupon_lowers_what_the_payer_paid(backend, admin):
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number, coupon_fen=900)
    paid = (await backend.query(number)).json
    assert (paid["amount"]["total"], paid["amount"]["payer_total"]) == (9900, 9000)
    assert paid["promotion_detail"][0]["amount"] == 900


async def test_answers_may_vary_as_the_real_ones_do(backend, admin):
    quirks = {"milliseconds": True, "extra_fields": True, "empty_payer": True, "old_error_codes": True}
    await admin.change_merchant(backend.merchant.mchid, quirks=quirks)
    number = (await backend.place())["out_trade_no"]
    unpaid = (await backend.query(number)).json
    assert unpaid["payer"] == {}
    assert any(name.startswith("sandbox_") for name in unpaid)
    await admin.pay(backend.merchant.mchid, number)
    assert "." in (await backend.query(number)).json["success_time"]
    assert (await backend.query("UNKNOWN1")).code == "ORDERNOTEXIST"
