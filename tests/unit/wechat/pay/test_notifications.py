"""What WeChat Pay reports: believed when signed, read when opened, kept when it is ours."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.wechat.pay import (
    OtherNotice,
    PaidNotice,
    RefundNotice,
    RefundState,
    Unverified,
    Why,
    read_notification,
)


def envelope(resource, event_type="TRANSACTION.SUCCESS", **changed):
    whole = {
        "id": "EV-2026112411000500001",
        "create_time": "2026-11-24T11:00:06+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功",
        "resource": resource,
    }
    return json.dumps(whole | changed, ensure_ascii=False).encode()


@pytest.fixture
def read(pay, wechat_pay, shop):
    """Deliver a body, well signed, and read it."""

    async def deliver(body, mchid=shop.mchid):
        return await read_notification(pay, mchid, wechat_pay.headers(body), body)

    return deliver


async def test_a_payment_is_reported(read, transaction, shop):
    notice = await read(envelope(shop.seal(transaction)))
    assert isinstance(notice, PaidNotice)
    assert (notice.id, notice.mchid) == ("EV-2026112411000500001", shop.mchid)
    assert (notice.transaction.out_trade_no, notice.transaction.amount.total) == ("T20261124_0001", 12345)
    assert "oSecretPerson" not in repr(notice)


@pytest.mark.parametrize("end", ["SUCCESS", "ABNORMAL", "CLOSED"])
async def test_a_refund_is_reported(read, refund_object, shop, end):
    told = {name: value for name, value in refund_object.items() if name != "status"}
    told |= {"mchid": shop.mchid, "refund_status": end, "success_time": "2026-11-24T12:01:00+08:00"}
    notice = await read(envelope(shop.seal(told, "refund"), f"REFUND.{end}"))
    assert isinstance(notice, RefundNotice)
    assert (notice.event_type, notice.refund.state) == (f"REFUND.{end}", RefundState(end))
    assert (notice.refund.amount.refund, notice.refund.success_time.minute) == (345, 1)
    assert "0403" not in repr(notice)


async def test_an_event_that_nobody_knows_is_read_as_such(read, shop):
    notice = await read(envelope(shop.seal({"mchid": shop.mchid, "x": 1}), "PAYSCORE.USER_OPEN_SERVICE"))
    assert notice == OtherNotice("EV-2026112411000500001", shop.mchid, "PAYSCORE.USER_OPEN_SERVICE")


async def test_extra_keys_other_order_and_absent_associated_data_do_no_harm(read, transaction, shop):
    resource = shop.seal(dict(reversed(transaction.items())) | {"new": {"deep": [1]}}, "") | {"associated_data": None}
    assert isinstance(await read(envelope(resource, brand_new=1)), PaidNotice)


async def test_a_notice_for_another_merchant_or_app_is_refused(read, transaction, shop):
    for changed in ({"mchid": "1900000110"}, {"appid": "wx" + "1" * 16}):
        with pytest.raises(Problem, match=r"wechat_pay\.notification_foreign"):
            await read(envelope(shop.seal(transaction | changed)))
    with pytest.raises(Problem, match=r"wechat_pay\.merchant_unknown"):
        await read(envelope(shop.seal(transaction)), mchid="1900000110")


async def test_a_wrong_key_of_ours_asks_for_another_delivery(read, transaction, shop):
    with pytest.raises(Problem, match=r"wechat_pay\.unopened") as caught:
        await read(envelope(shop.seal(transaction, key=b"x" * 32)))
    assert caught.value.code.status == 422


async def test_nothing_is_opened_before_the_signature_is_good(pay, wechat_pay, transaction, shop):
    body = envelope(shop.seal(transaction))
    headers = wechat_pay.headers(body)
    with pytest.raises(Unverified) as caught:
        await read_notification(pay, shop.mchid, headers, json.dumps(json.loads(body)).encode())
    assert caught.value.why is Why.SIGNATURE
    with pytest.raises(Unverified):
        await read_notification(pay, shop.mchid, {}, body)


async def test_a_body_of_any_length_is_not_hashed(pay, wechat_pay, shop):
    with pytest.raises(Problem, match=r"wechat_pay\.notification_malformed"):
        await read_notification(pay, shop.mchid, {}, b"x" * 1_200_001)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_a_signed_body_that_is_rubbish_is_a_coded_problem(read, rubbish):
    with pytest.raises(Problem, match=r"wechat_pay\.notification_malformed"):
        await read(rubbish)


@RELAXED
@given(
    st.sampled_from(["TRANSACTION.SUCCESS", "REFUND.CLOSED", "X"]),
    st.dictionaries(
        st.sampled_from(["mchid", "appid", "out_trade_no", "trade_state", "amount", "payer", "refund_status"]), JSON
    ),
)
async def test_a_sealed_rubbish_is_a_coded_problem(read, shop, event_type, content):
    with pytest.raises(Problem, match=r"wechat_pay\.notification_(malformed|foreign)"):
        await read(envelope(shop.seal(content), event_type))


@RELAXED
@given(st.sampled_from(["id", "event_type", "resource", "create_time", "algorithm", "ciphertext", "nonce"]), JSON)
async def test_one_wrong_value_is_a_coded_problem_or_does_no_harm(read, transaction, shop, name, value):
    resource = shop.seal(transaction)
    inside = name in resource
    body = (
        envelope(resource | {name: value})
        if inside
        else (json.dumps(json.loads(envelope(resource)) | {name: value}).encode())
    )
    try:
        notice = await read(body)
    except Problem as refused:
        assert refused.code.name.startswith("wechat_pay.")  # noqa: PT017
    else:
        assert isinstance(notice, PaidNotice | OtherNotice)
