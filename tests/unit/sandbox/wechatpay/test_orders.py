async def test_an_order_is_placed_paid_and_asked_for(backend, admin, shop):
    placed = await backend.place(attach="store=SH01")
    number = placed["out_trade_no"]
    answer = await backend.query(number)
    assert answer.signed
    assert answer.json["trade_state"] == "NOTPAY"
    await admin.pay(backend.merchant.mchid, number)
    paid = (await backend.query(number)).json
    assert paid["trade_state"] == "SUCCESS"
