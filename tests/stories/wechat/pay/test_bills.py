"""A day's bill against what the sandbox knows of the day."""

from datetime import date, datetime

import pytest

from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import NotSent, Problem
from yumen.sandbox.wechatpay.records import BillFault
from yumen.wechat import pay
from yumen.wechat.pay import FlowRow, Next, RefundOrder, TradeSummary, next_of

DAMAGES = {"wrong_hash": "hash", "truncated_gzip": "cut", "truncated": None, "summary": "summary"}
HARMLESS = ("no_bom", "lf_only", "old_columns", "column_added")


def today() -> date:
    return datetime.now(SHANGHAI).date()


@pytest.fixture
async def day(stage):
    """A day with two payments and one refund, closed."""
    await stage.paid(12345)
    order = await stage.paid(500)
    back = RefundOrder("R" + order.out_trade_no, order.out_trade_no, 200, 500)
    await pay.refund(stage.pay, stage.mchid, back)
    await stage.admin.settle_refund(stage.mchid, back.out_refund_no)
    on = today()
    await stage.admin.close_bill(stage.mchid, on.isoformat())
    return on


async def read(stage, day):
    with await pay.trade_bill(stage.pay, stage.mchid, day) as bill:
        return list(bill.rows())


async def test_a_bill_tells_every_payment_and_refund(stage, day):
    *rows, summary = await read(stage, day)
    assert sorted((row.total_fen, row.refund_fen) for row in rows) == [(0, 200), (500, 0), (12345, 0)]
    assert {row.mchid for row in rows} == {stage.mchid}
    assert isinstance(summary, TradeSummary)
    assert (summary.rows, summary.total_fen, summary.refund_fen) == (3, 12845, 200)
    known = {order.out_trade_no: order.transaction_id for order in await stage.admin.orders(stage.mchid)}
    assert all(known[row.out_trade_no] == row.transaction_id for row in rows)


async def test_movements_of_the_day_have_their_bill(stage, day):
    with await pay.fund_flow_bill(stage.pay, stage.mchid, day) as bill:
        rows = [row for row in bill.rows() if isinstance(row, FlowRow)]
    assert {12345, 500} <= {row.amount_fen for row in rows}


@pytest.mark.parametrize("kind", HARMLESS)
async def test_other_forms_of_the_file_say_the_same(stage, day, kind):
    plain = await read(stage, day)
    await stage.admin.plant_bill_faults(stage.mchid, day.isoformat(), BillFault(kind=kind))
    changed = await read(stage, day)
    assert [(row.transaction_id, row.settled_fen) for row in plain[:-1]] == [
        (row.transaction_id, row.settled_fen) for row in changed[:-1]
    ]


@pytest.mark.parametrize("kind", DAMAGES)
async def test_a_damaged_bill_is_not_believed(stage, day, kind):
    await stage.admin.plant_bill_faults(stage.mchid, day.isoformat(), BillFault(kind=kind))
    with pytest.raises(Problem, match=r"wechat_pay\.bill_damaged") as caught:
        await read(stage, day)
    assert caught.value.facts["why"] == (DAMAGES[kind] or caught.value.facts["why"])


async def test_a_bill_is_ready_the_next_morning(stage, day):
    await stage.admin.plant_bill_faults(stage.mchid, day.isoformat(), BillFault(kind="creating", left=1))
    with pytest.raises(NotSent) as caught:
        await read(stage, day)
    assert next_of(caught.value) is Next.LATER
    assert len(await read(stage, day)) == 4


async def test_a_day_without_trade_has_no_bill(stage):
    on = today()
    await stage.admin.close_bill(stage.mchid, on.isoformat())
    assert await pay.trade_bill(stage.pay, stage.mchid, on) is None
