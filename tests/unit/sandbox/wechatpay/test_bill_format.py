"""The sample of the reference, made again byte for byte from orders and refunds."""

from datetime import datetime
from pathlib import Path

import pytest

from yumen.sandbox.wechatpay.beijing import BEIJING
from yumen.sandbox.wechatpay.bill_format import BOM, COLUMNS, FUND_COLUMNS, fund_bill, trade_bill
from yumen.sandbox.wechatpay.bill_rows import fee_fen, fund_rows, trade_rows
from yumen.sandbox.wechatpay.records import Merchant, Order, Refund
from yumen.sandbox.wechatpay.world import open_world

SAMPLE = (Path(__file__).parents[3] / "vectors" / "wechatpay-bill.csv").read_bytes()
DATE = "2026-11-23"
MERCHANT = Merchant(mchid="1900000109", name="", appids=[], serial_no="", certificate_pem="", apiv3_key="")
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6"
ORDERS = [
    ("09:01:12", 1, "o", "OTHERS", 12345, 0, "会员储值卡-测试", "store=SH01"),
    ("10:15:00", 2, "p", "CMB_DEBIT", 29900, 0, "羊绒围巾", None),
    ("11:30:45", 3, "q", "OTHERS", 10000, 1000, "香水 30ml", None),
    ("23:59:59", 4, "o", "OTHERS", 1, 0, "零元试衣", None),
]
REFUNDS = [("12:00:00", 1, 2, 9900, "12:00:07"), ("18:20:31", 2, 1, 2345, "")]


def at(clock: str) -> float:
    return datetime.fromisoformat(f"{DATE}T{clock}").replace(tzinfo=BEIJING).timestamp()


@pytest.fixture
def world(tmp_path):
    world = open_world(tmp_path / "state.sqlite")
    for clock, number, person, bank, total, coupon, goods, attach in ORDERS:
        world.save_order(
            Order(
                mchid=MERCHANT.mchid,
                out_trade_no=f"T20261123_{number:04d}",
                appid="wx8888888888888888",
                openid=OPENID + person,
                description=goods,
                notify_url="",
                total_fen=total,
                asked="",
                made_at=at(clock) - 9,
                expires_at=0,
                attach=attach,
                state="SUCCESS",
                transaction_id=f"420000202611230000000000000{number}",
                paid_at=at(clock),
                bank_type=bank,
                coupon_fen=coupon,
            )
        )
    for clock, number, order, fen, done in REFUNDS:
        world.save_refund(
            Refund(
                mchid=MERCHANT.mchid,
                out_refund_no=f"R20261123_{number:04d}",
                refund_id=f"5030000202611230000000000000{number}",
                out_trade_no=f"T20261123_{order:04d}",
                transaction_id=f"420000202611230000000000000{order}",
                refund_fen=fen,
                payer_refund_fen=fen,
                total_fen=0,
                asked="",
                made_at=at(clock),
                status="SUCCESS" if done else "PROCESSING",
                settled_at=at(done) if done else 0.0,
            )
        )
    yield world
    world.journal.close()


def test_the_sample_comes_out_byte_for_byte(world):
    rows = trade_rows(world, MERCHANT, DATE)
    sample_ids = {line.split(b",`")[5].decode() for line in SAMPLE.split(b"\r\n")[1:7]}
    for row in rows:
        row.transaction_id = next(one for one in sample_ids if one[-1] == row.transaction_id[-1])
        refund_ids = {line.split(b",`")[14].decode() for line in SAMPLE.split(b"\r\n")[5:7]}
        if row.refund_id != "0":
            row.refund_id = next(one for one in refund_ids if one[-1] == row.refund_id[-1])
    assert trade_bill(rows, "ALL") == SAMPLE


def test_the_other_two_kinds_have_their_own_columns_and_summaries(world):
    for kind, count, summary in (("SUCCESS", 4, 4), ("REFUND", 2, 7)):
        lines = trade_bill(trade_rows(world, MERCHANT, DATE, kind), kind).removeprefix(BOM).decode().split("\r\n")
        assert lines[0].split(",") == list(COLUMNS[kind])
        assert [len(line.split(",`")) for line in lines[1 : 1 + count]] == [len(COLUMNS[kind])] * count
        assert len(lines[-2].split(",`")) == summary
        assert lines[-2].startswith(f"`{count},`")
        assert lines[-1] == ""
    assert "`2026-11-23 12:00:07,`" in trade_bill(trade_rows(world, MERCHANT, DATE, "REFUND"), "REFUND").decode()


def test_a_line_break_in_a_value_does_not_break_the_file(world):
    rows = trade_rows(world, MERCHANT, DATE)
    rows[0].goods = "a,`b\r\nc"
    assert trade_bill(rows, "ALL").count(b"\r\n") == len(rows) + 3


def test_another_day_is_empty(world):
    assert trade_rows(world, MERCHANT, "2026-11-22") == []
    assert fund_rows(world, MERCHANT, "2026-11-22") == []


def test_the_fund_flow_balances(world):
    rows = fund_rows(world, MERCHANT, DATE)
    balance = sum(row.fen if row.income else -row.fen for row in rows)
    assert rows[-1].balance_fen == balance
    lines = fund_bill(rows).removeprefix(BOM).decode().split("\r\n")
    assert lines[0].split(",") == list(FUND_COLUMNS)
    assert all(len(line.split(",`")) == len(FUND_COLUMNS) for line in lines[1 : 1 + len(rows)])
    income = sum(total for _, _, _, _, total, _, _, _ in ORDERS)
    assert lines[-2].startswith(f"`{len(rows)},`4,`{income // 100}.{income % 100:02d},`")


@pytest.mark.parametrize(("fen", "fee"), [(12345, 74), (29900, 179), (9000, 54), (1, 0), (9900, 59), (83, 0), (84, 1)])
def test_fees_round_half_up_to_the_fen(fen, fee):
    assert fee_fen(MERCHANT, fen) == fee
