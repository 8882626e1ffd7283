"""The rows of a bill, and every way in which a file can be wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.wechat.pay import FlowRow, FlowSummary, TradeSummary
from yumen.wechat.pay.bill_rows import flow_rows, trade_rows

SAMPLE = (Path(__file__).resolve().parents[3] / "vectors" / "wechatpay-bill.csv").read_bytes()
FLOW = (
    "\ufeff记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号\r\n"
    "`2026-11-23 09:01:12,`4200001,`F1,`交易,`交易,`收入,`123.45,`1123.45,`system,`结算 123.45 元, 含手续费,`V1\r\n"
    "`2026-11-23 09:02:12,`4200001,`F2,`扣除交易手续费,`扣除交易手续费,`支出,`0.74,`1122.71,`system,`,`V1\r\n"
    "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n`2.0,`1.0,`123.45,`1.0,`0.74\r\n"
).encode()


def lines(text: bytes):
    return text.splitlines(keepends=True)


def swapped(old: str, new: str, text: bytes = SAMPLE) -> bytes:
    assert old.encode() in text
    return text.replace(old.encode(), new.encode(), 1)


def test_the_sample_is_read_whole():
    *rows, summary = trade_rows(lines(SAMPLE))
    assert summary == TradeSummary(6, 51246, 12245, 234_000, 52246, 12245)
    assert [row.is_refund for row in rows] == [False] * 4 + [True] * 2
    third, back = rows[2], rows[5]
    assert (third.total_fen, third.settled_fen, third.fee_milli_fen) == (10000, 9000, 54_000)
    assert (third.refund_id, third.out_refund_no, third.refund_fen, third.state) == ("", "", 0, "SUCCESS")
    assert (back.out_refund_no, back.refund_fen, back.refund_state) == ("R20261123_0002", 2345, "PROCESSING")
    assert (back.total_fen, back.fee_milli_fen, back.state) == (0, -14_000, "REFUND")
    assert rows[0].at.utcoffset() == timedelta(hours=8)


def test_no_payer_is_read():
    assert "oUpF8u" not in repr(list(trade_rows(lines(SAMPLE))))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.removeprefix(b"\xef\xbb\xbf"),
        lambda text: text.replace(b"\r\n", b"\n"),
        lambda text: text.rstrip(b"\r\n"),
        lambda text: text + b"\r\n\r\n",
        lambda text: text.replace(b"`store=SH01,", b'`{"a":1,"b":"x,y"},'),
        lambda text: text.replace(b"`6,`512.46", b"`6.0,`512.46"),
    ],
    ids=["no BOM", "LF", "no last end of line", "empty lines", "commas in values", "spreadsheet"],
)
def test_harmless_differences(change):
    assert change(SAMPLE) != SAMPLE
    assert list(trade_rows(lines(change(SAMPLE)))) == list(trade_rows(lines(SAMPLE)))


def test_a_new_column_does_no_harm():
    head, *rest = SAMPLE.decode().split("\r\n")
    wider = [f"`new{row and ','}{row}" if row.startswith("`") else row for row in rest[:-3]] + rest[-3:]
    added = "\r\n".join([head.replace("\ufeff", "\ufeff新列,"), *wider]).encode()
    assert list(trade_rows(lines(added))) == list(trade_rows(lines(SAMPLE)))


def test_a_bill_of_payments_only_has_no_refund_columns():
    head = (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注\r\n"
    )
    row = "2026-11-23 09:01:12,wx8,19,0,,42,T1,o,JSAPI,SUCCESS,OTHERS,CNY,9.00,1.00,x,,0.05400,0.60%,10.00,"
    tail = "总交易单数,应结订单总金额,手续费总金额,订单总金额\r\n`1,`9.00,`0.05400,`10.00\r\n"
    found, summary = trade_rows(lines((head + "`" + row.replace(",", ",`") + "\r\n" + tail).encode()))
    assert (found.total_fen, found.refund_fen, found.is_refund) == (1000, 0, False)
    assert summary == TradeSummary(1, 900, 0, 5400, 1000, 0)


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (swapped("123.45", "123.46"), "summary"),
        (swapped("`6,`512.46", "`7,`512.46"), "summary"),
        (swapped("`0.74000", "`0.75000"), "summary"),
        (b"".join(lines(SAMPLE)[:3] + lines(SAMPLE)[4:]), "summary"),
        (b"".join(lines(SAMPLE)[:2] + lines(SAMPLE)[1:]), "summary"),
        (b"".join(lines(SAMPLE)[:-1]), "cut"),
        (b"".join(lines(SAMPLE)[:4]), "cut"),
        (SAMPLE[:1200], "line"),
        (b"", "cut"),
        (b"".join(lines(SAMPLE)[1:]), "line"),
        (swapped("订单号", "單號"), "line"),
        (swapped("`CNY", "CNY"), "line"),
        (swapped("2026-11-23 09:01:12", "yesterday"), "line"),
        (swapped("`0.01", "`0.0x"), "line"),
        (swapped("会员", "会员\x80").replace("\x80".encode(), b"\xff"), "line"),
        (b"a,b\r\nc,d\r\n", "line"),
        (b"`" * 70_000, "line"),
    ],
)
def test_a_damaged_bill_is_a_coded_problem(damaged, why):
    with pytest.raises(Problem, match=r"wechat_pay\.bill_damaged") as caught:
        list(trade_rows(lines(damaged)))
    assert caught.value.facts["why"] == why


def test_movements_of_money():
    income, fee, summary = flow_rows(lines(FLOW))
    assert (income.amount_fen, income.balance_fen, income.flow_no, income.voucher_no) == (12345, 112345, "F1", "V1")
    assert (fee.amount_fen, fee.business) == (-74, "扣除交易手续费")
    assert isinstance(fee, FlowRow)
    assert summary == FlowSummary(2, 1, 12345, 1, 74)


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (swapped("`123.45,`1123", "`123.46,`1123", FLOW), "summary"),
        (swapped("`收入", "`借", FLOW), "line"),
        (swapped("收支类型", "类型", FLOW), "line"),
        (FLOW[:-20], "line"),
    ],
)
def test_damaged_movements_are_a_coded_problem(damaged, why):
    with pytest.raises(Problem, match=r"wechat_pay\.bill_damaged") as caught:
        list(flow_rows(lines(damaged)))
    assert caught.value.facts["why"] == why


@given(st.binary(max_size=500), st.integers(0, len(SAMPLE)), st.integers(0, 40))
def test_no_file_is_a_traceback(rubbish, at, gone):
    for text in (rubbish, SAMPLE[:at] + rubbish + SAMPLE[at + gone :]):
        for read in (trade_rows, flow_rows):
            try:
                items = list(read(lines(text)))
            except Problem as refused:
                assert refused.code.name == "wechat_pay.bill_damaged"  # noqa: PT017
            else:
                assert isinstance(items[-1], TradeSummary)
