"""What the demo says of its shop: the sums of the orders, and a bill that differs is called so."""

from __future__ import annotations

from datetime import date

import pytest
from rich.console import Console

from tests.unit.app.demo.test_crossing import GOOD
from tests.unit.app.demo.test_errands import buyer
from yumen.app.demo.errands import PARCELS, Bought, Errand
from yumen.app.demo.parcels import Told
from yumen.app.demo.proof import Searched, Verdict
from yumen.app.demo.summary import Sales, show
from yumen.app.demo.till import Reconciled

DAY = date(2026, 11, 26)
PLACE = {"recipient": "陈小玉", "phone": "16900000007", "street": "绒松虚构路1号"}


def bought(errand: Errand, total_fen: int, paid_fen: int, refunded_fen: int, points: int) -> Bought:
    figures = total_fen, paid_fen, refunded_fen, points
    return Bought(
        buyer(), errand, "ord_00000000000000000000abcdef", *figures, errand is Errand.KEEPING, PARCELS[errand], PLACE
    )


def sales(*bills: Reconciled) -> Sales:
    orders = [
        bought(Errand.KEEPING, 12_000, 12_000, 0, 170),
        bought(Errand.REFUNDED, 20_000, 20_000, 10_000, 125),
        bought(Errand.CANCELLING, 30_000, 0, 0, 0),
    ]
    return Sales(orders, list(bills), Told(1, 1))


def bill(rows: int = 3, differences: int = 0) -> Reconciled:
    return Reconciled("1900000001", DAY, rows, 22_000, differences)


def said(sold: Sales) -> str:
    console = Console(record=True, width=200)
    with console.capture() as captured:
        show(console, [buyer()], sold, GOOD, "01", [], Verdict(True, 5, "aa", 0.1), Searched(3, 2, 1.0, 0))
    return captured.get()


def test_orders_payments_refunds_and_points_are_summed_in_both_languages():
    screen = said(sales(bill()))
    assert "3 orders: 2 paid (32000 fen), 1 given up at the cashier, 1 partly refunded (10000 fen)" in screen
    assert "3 笔订单：2 笔已付款（32000 分）" in screen
    assert "2 members hold 295 points of these purchases; 1 coupon used" in screen


def test_parcels_sent_and_parcels_wechat_knows_are_told_apart():
    screen = said(sales(bill()))
    assert "1 parcels were sent; WeChat's shipping management knows 1 of them, in 1 shipped trades" in screen
    assert "已发出 1 个包裹" in screen


def test_a_clean_bill_and_one_that_differs_read_differently():
    assert "bill of 2026-11-26: 3 rows, sum 22000 fen, 0 differences" in said(sales(bill()))
    assert "bill of 2026-11-26: 3 rows, sum 22000 fen, 2 DIFFERENCES" in said(sales(bill(differences=2)))


@pytest.mark.parametrize(
    ("bills", "agree"),
    [
        ([bill()], True),
        ([bill(), bill(rows=0)], True),
        ([bill(), bill(differences=1)], False),
        ([bill(rows=0)], False),
        ([], False),
    ],
)
def test_the_day_agrees_only_if_there_are_rows_and_none_of_them_differs(bills, agree):
    assert sales(*bills).agree is agree


def test_recipient_phone_and_street_of_an_order_are_searched_for():
    assert set(sales().bought[0].secrets) == {"陈小玉", "16900000007", "绒松虚构路1号"}
