"""Asking WeChat Pay: only what is signed decides, and only what may be repeated is repeated."""

import logging

import pytest

from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.wechat.pay.answers import Transaction
from yumen.wechat.pay.client import TRIES_MAX
from yumen.wechat.pay.errors import Call, Next, next_of
from yumen.wechat.pay.transport import Outgoing

PATH = "/v3/x"
GET = Outgoing("GET", PATH)
ABSENT = (404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})


def unsigned(headers):
    return {"Request-ID": headers["Request-ID"]}


def probing(headers):
    return headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]}


async def test_a_signed_answer_is_read(line, wechat_pay, transaction):
    wechat_pay.answers[PATH] = (200, transaction)
    assert (await line.ask(Call.QUERY, GET, Transaction)).amount.total == 12345


@pytest.mark.parametrize("spoil", [unsigned, probing])
@pytest.mark.parametrize("answer", [(200, {}), (204, None), ABSENT, (400, {"code": "ORDERPAID"}), (500, {})])
async def test_an_answer_that_is_not_well_signed_decides_nothing(line, wechat_pay, spoil, answer):
    wechat_pay.answers[PATH] = answer
    wechat_pay.spoil = spoil
    with pytest.raises(Unsettled, match=r"wechat_pay\.answer_unverified") as caught:
        await line.tell(Call.QUERY, GET)
    assert next_of(caught.value) is Next.ASK
    assert len(wechat_pay.asked) == TRIES_MAX


async def test_a_probe_is_followed_by_the_genuine_answer(line, wechat_pay, transaction):
    wechat_pay.answers[PATH] = (200, transaction)
    wechat_pay.spoil = lambda headers: probing(headers) if len(wechat_pay.asked) == 1 else headers
    assert (await line.ask(Call.QUERY, GET, Transaction)).is_paid
    assert len(wechat_pay.asked) == 2


async def test_a_signed_refusal_is_final_at_once(line, wechat_pay):
    wechat_pay.answers[PATH] = ABSENT
    with pytest.raises(Rejected, match="ORDER_NOT_EXIST") as caught:
        await line.tell(Call.QUERY, GET)
    assert next_of(caught.value) is Next.ABSENT
    assert len(wechat_pay.asked) == 1


async def test_a_repeat_is_signed_anew(line, wechat_pay, transaction):
    turns = iter([(500, {"code": "SYSTEM_ERROR"}), (429, {"code": "FREQUENCY_LIMITED"}), (200, transaction)])
    wechat_pay.answers[PATH] = lambda: next(turns)
    await line.ask(Call.ORDER, Outgoing("POST", PATH, b'{"a":1}'), Transaction)
    assert len({asked[2]["Authorization"] for asked in wechat_pay.asked}) == TRIES_MAX
    assert {asked[3] for asked in wechat_pay.asked} == {b'{"a":1}'}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((500, {"code": "SYSTEM_ERROR"}), Unsettled),
        ((429, {"code": "FREQUENCY_LIMITED"}), Unsettled),
        ((502, None), Unsettled),
        ((403, {"code": "NOT_ENOUGH"}), Unsettled),
    ],
)
async def test_a_refund_of_unknown_fate_is_not_repeated_here(line, wechat_pay, answer, kind):
    wechat_pay.answers[PATH] = answer
    with pytest.raises(kind):
        await line.tell(Call.REFUND, Outgoing("POST", PATH, b"{}"))
    assert len(wechat_pay.asked) == 1


async def test_a_bill_in_the_making_is_not_asked_for_again_at_once(line, wechat_pay):
    wechat_pay.answers[PATH] = (400, {"code": "STATEMENT_CREATING"})
    with pytest.raises(NotSent) as caught:
        await line.tell(Call.BILL, GET)
    assert next_of(caught.value) is Next.LATER
    assert len(wechat_pay.asked) == 1


async def test_a_signed_answer_that_cannot_be_read_is_unsettled(line, wechat_pay):
    wechat_pay.answers[PATH] = (200, {"appid": 1})
    with pytest.raises(Unsettled, match=r"wechat_pay\.answer_unreadable"):
        await line.ask(Call.QUERY, GET, Transaction)


async def test_logs_hold_no_person(line, wechat_pay, transaction, caplog):
    caplog.set_level(logging.DEBUG)
    refusal = {"code": "PARAM_ERROR", "message": "openid oSecretPerson", "detail": {"value": "oSecretPerson"}}
    wechat_pay.answers[PATH] = (400, refusal)
    with pytest.raises(Rejected) as caught:
        await line.tell(Call.ORDER, Outgoing("POST", PATH, b'{"openid":"oSecretPerson"}'))
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("yumen")]
    assert any("PARAM_ERROR" in message for message in ours)
    assert (
        "oSecretPerson" not in f"{ours}{caught.value!r}{caught.value.facts}{Outgoing('POST', PATH, b'oSecretPerson')}"
    )


async def test_a_merchant_of_nobody_is_a_coded_problem(pay):
    with pytest.raises(Problem, match=r"wechat_pay\.merchant_unknown"):
        pay.line("1")
