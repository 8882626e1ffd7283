"""Loose values: numbers as text, text as numbers."""

import pytest

from yumen.wechat.push.message import BadJson, canonical, parse_json, seconds_of, text_of


def test_numbers_and_text_read_the_same():
    assert text_of({"A": 7}, "A") == text_of({"A": "7"}, "A") == "7"
    assert seconds_of({"T": "1620973045"}, "T") == seconds_of({"T": 1620973045}, "T") == 1620973045


@pytest.mark.parametrize("value", [None, True, [], {}, 1.5, "", "x", "-3", "9" * 13, 10**40])
def test_what_is_no_time_is_zero(value):
    assert seconds_of({"T": value}, "T") == 0


def test_the_first_field_that_is_there_counts():
    assert text_of({"OpenID": None, "FromUserName": "o1"}, "OpenID", "FromUserName") == "o1"
    assert text_of({}, "OpenID") == ""


def test_the_order_of_fields_makes_no_difference():
    assert canonical({"a": 1, "b": [{"x": 1, "y": 2}]}) == canonical({"b": [{"y": 2, "x": 1}], "a": 1})


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"null", b'"x"', b"{", b"\xff", b'{"a":' * 100_000])
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(BadJson):
        parse_json(body)
