import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.wechatpay import beijing

AT = 1795489206.0


def test_one_moment_in_every_way_it_is_written():
    assert beijing.written(AT) == "2026-11-24T11:00:06+08:00"
    assert beijing.written(AT, milliseconds=True) == "2026-11-24T11:00:06.000+08:00"
    assert beijing.in_bill(AT) == "2026-11-24 11:00:06"
    assert beijing.digits(AT) == "20261124110006"
    assert beijing.day_of(AT) == "2026-11-24"
    assert beijing.utc(AT).isoformat() == "2026-11-24T03:00:06+00:00"


@given(st.integers(0, 4_000_000_000))
def test_a_written_time_reads_back(at):
    assert beijing.read_time(beijing.written(at)) == at
    begins = beijing.day_start(beijing.day_of(at))
    assert begins is not None
    assert begins <= at < begins + 86400


@pytest.mark.parametrize("text", ["", "2026-11-24", "2026-11-24T11:00:06", "2026-13-24T11:00:06+08:00", "now"])
def test_what_is_no_time_with_a_zone_is_none(text):
    assert beijing.read_time(text) is None


@pytest.mark.parametrize("text", ["", "20261124", "2026-11-31", "0000-01-01", "2026-1-1"])
def test_what_is_no_day_is_none(text):
    assert beijing.day_start(text) is None


@pytest.mark.parametrize(
    ("fen", "yuan"), [(0, "0.00"), (1, "0.01"), (12345, "123.45"), (-59, "-0.59"), (-100, "-1.00")]
)
def test_fen_become_yuan(fen, yuan):
    assert beijing.yuan(fen) == yuan
