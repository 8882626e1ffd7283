"""Single values of a bill."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.wechat.pay.bill_values import BadValue, count, fen, milli_fen, moment


def test_money_is_whole_fen():
    assert [fen(text) for text in ("123.45", "0.01", "-23.45", "0.00")] == [12345, 1, -2345, 0]


def test_fees_are_thousandths_of_a_fen():
    assert [milli_fen(t) for t in ("0.74000", "-0.27000", "4.33000", "0.00001", "1.50")] == [
        74_000, -27_000, 433_000, 1, 150_000,
    ]  # fmt: skip


def test_counts_may_have_gone_through_a_spreadsheet():
    assert [count(text) for text in ("29", "45.0", "0")] == [29, 45, 0]


def test_times_are_of_beijing():
    assert moment("2026-11-24 00:00:01").astimezone(UTC) == datetime(2026, 11, 23, 16, 0, 1, tzinfo=UTC)


@given(st.text(max_size=30))
def test_rubbish_is_a_bad_value(text):
    for read in (fen, milli_fen, count, moment):
        try:
            read(text)
        except BadValue:
            continue
        assert text.isascii()


@pytest.mark.parametrize("text", ["1.2", "1,00", "٣.00", "1.000", " 1.00", "1.00\n", "--1.00", "1e5", ""])
def test_an_amount_has_two_digits_behind_the_point(text):
    with pytest.raises(BadValue):
        fen(text)


@pytest.mark.parametrize("text", ["2026-02-30 00:00:00", "2026-11-24", "2026-11-24T00:00:00", "2026-11-24 00:00:00Z"])
def test_a_time_is_written_in_one_way(text):
    with pytest.raises(BadValue):
        moment(text)
