"""Answers are read leniently and show nothing personal."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.http import Answer
from yumen.wechat.pay.answers import (
    Refund,
    RefundState,
    TradeState,
    Transaction,
    decoded,
    moment,
    read_failure,
    request_id,
)
from yumen.wechat.pay.errors import Call

BEIJING = timezone(timedelta(hours=8))


def read(content, kind=Transaction):
    return decoded(json.dumps(content).encode(), kind)


def test_a_paid_order(transaction):
    found = read(transaction)
    assert (found.state, found.is_paid, found.amount.total) == (TradeState.SUCCESS, True, 12345)
    assert found.success_time == datetime(2026, 11, 24, 11, 0, 5, tzinfo=BEIJING)
    assert found.payer.openid == "oSecretPerson"
    assert "oSecretPerson" not in repr(found) + repr(found.payer)


def test_an_unpaid_order_lacks_most_of_it(shop):
    bare = {"appid": shop.appid, "mchid": shop.mchid, "out_trade_no": "T1", "trade_state": "NOTPAY", "payer": {}}
    found = read(bare)
    assert (found.state, found.is_paid, found.amount, found.success_time) == (TradeState.NOTPAY, False, None, None)


def test_a_state_that_nobody_knows_is_not_final(transaction, refund_object):
    assert read(transaction | {"trade_state": "MAYBE"}).state is TradeState.OTHER
    assert not read(transaction | {"trade_state": "MAYBE"}).is_paid
    assert read(refund_object | {"status": "MAYBE"}, Refund).state is RefundState.OTHER


def test_a_partly_refunded_order_is_paid(transaction):
    assert read(transaction | {"trade_state": "REFUND"}).is_paid


def test_a_refund_does_not_say_whose_card_it_was(refund_object):
    found = read(refund_object, Refund)
    assert (found.state, found.amount.refund, found.success_time) == (RefundState.PROCESSING, 345, None)
    assert "0403" not in repr(found)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-24T11:00:05+08:00", datetime(2026, 11, 24, 11, 0, 5, tzinfo=BEIJING)),
        ("2026-11-24T11:00:05.123+08:00", datetime(2026, 11, 24, 11, 0, 5, 123000, tzinfo=BEIJING)),
        ("2026-11-24T11:00:05", None),
        ("", None),
        ("soon", None),
    ],
)
def test_moments_need_a_zone(said, expected):
    assert moment(said) == expected


@given(st.binary(max_size=200))
def test_rubbish_is_no_answer_and_no_traceback(rubbish):
    assert decoded(rubbish, Transaction) is None
    assert read_failure(Call.QUERY, Answer(500, {}, rubbish)).upstream == ""


def test_texts_of_theirs_do_not_travel():
    body = json.dumps({"code": "PARAM_ERROR", "message": "openid oSecretPerson"}).encode()
    failure = read_failure(Call.ORDER, Answer(400, {"request-id": "08E6-0"}, body))
    assert "oSecretPerson" not in f"{failure} {failure.facts}"
    assert failure.facts["request_id"] == "08E6-0"
    assert read_failure(Call.ORDER, Answer(400, {}, b'{"code":"oSecret person"}')).upstream == ""


@pytest.mark.parametrize("said", ["", "a b", "x" * 200, "\n"])
def test_a_request_id_has_a_shape(said):
    assert request_id(Answer(200, {"request-id": said}, b"")) == ""
