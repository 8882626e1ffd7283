"""What the demo says: the sums of its shop, one of each kind, and all of it on a terminal of 80 columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from tests.unit.app.demo.test_crossing import GOOD
from tests.unit.app.demo.test_errands import buyer
from yumen.app.demo.cast import Part
from yumen.app.demo.errands import PARCELS, Bought, Errand
from yumen.app.demo.parcels import Told
from yumen.app.demo.proof import Searched, Verdict
from yumen.app.demo.summary import Sales, Shown, show
from yumen.app.demo.till import Reconciled
from yumen.app.demo.vantage import PLACES, Felt

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


def seen(sold: Sales) -> Shown:
    everybody = [replace(buyer(), part=part, phone_masked="+861*******007") for part in (*Part, *Part)]
    verdict = Verdict(True, 483, "0afa64a464254a05" * 4, 0.05)
    felt = [Felt(place, 965.0, 1058.0, 0, 12) for place in PLACES]
    sealed = f"01 0001 {'c8' * 12} {'6a' * 20}…"
    return Shown(everybody, sold, GOOD, sealed, Searched(85, 4_526, 163.0, 0), verdict, felt)


def said(sold: Sales, width: int = 200) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        show(console, seen(sold))
    return captured.get()


def test_orders_payments_refunds_and_points_are_summed_in_both_languages():
    screen = said(sales(bill()))
    assert "3 orders: 2 paid (¥320), 1 given up unpaid, 1 partly refunded (¥100)" in screen
    assert "3 笔订单：2 笔已付款（¥320）" in screen
    assert "2 members hold 295 points, the refund's share taken back; coupons used: 1" in screen


def test_parcels_sent_and_parcels_wechat_knows_are_told_apart():
    screen = said(sales(bill()))
    assert "parcels sent: 1; WeChat's shipping management knows 1, in 1 trades" in screen
    assert "已发出 1 个包裹" in screen


def test_a_clean_bill_and_one_that_differs_read_differently():
    assert "bill of 2026-11-26, merchant 1900000001: 3 rows, ¥220, 0 differences" in said(sales(bill()))
    assert "bill of 2026-11-26, merchant 1900000001: 3 rows, ¥220, 2 DIFFERENCES" in said(sales(bill(differences=2)))


def test_one_of_each_kind_is_shown_however_many_came():
    screen = said(sales(bill()))
    assert screen.count("no to everything, shops all the same") == 1
    assert f"{2 * len(Part)} made-up shoppers" in screen


def test_on_80_columns_every_table_row_stays_on_its_line_and_every_sentence_below_its_heading():
    wide, narrow = said(sales(bill())).splitlines(), said(sales(bill()), width=80).splitlines()
    whole = {line.rstrip() for line in narrow}
    broken = [line.rstrip() for line in wide if line.rstrip() not in whole]
    assert all(": " in line or "：" in line for line in broken), "only sentences go on in a second line"
    assert len(broken) <= 4
    headings = {line for line in wide if line and not line.startswith(" ")}
    assert {line for line in narrow if line and not line.startswith(" ")} == headings


def test_it_ends_well_only_if_nothing_was_found():
    shown = seen(sales(bill()))
    assert shown.good
    assert not replace(shown, searched=Searched(85, 1, 1.0, 1)).good
    assert not replace(shown, verdict=Verdict(False, 5, "aa", 0.1)).good
    assert not replace(shown, sales=sales()).good
    assert not replace(shown, crossed=replace(GOOD, recalled=False)).good


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
