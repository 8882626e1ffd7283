"""What is said twice is refused with its place, at whatever depth; what is no JSON is left to its decoder."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.kit.web.repeats import check_body, check_query


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b'{"a": 1, "a": 1}', "/a"),
        (b'{"a": 1, "\\u0061": 2}', "/a"),
        (b'{"lines": [{"sku": "x"}, {"sku": "y", "n": 1, "sku": "z"}]}', "/lines/1/sku"),
        (b'{"a": {"b": [[{"c": 1, "c": 2}]]}}', "/a/b/0/0/c"),
        (b'[{"a": 1}, {"a": 1, "a": 1}]', "/1/a"),
        ('{"姓名": 1, "姓名": 2}'.encode(), ""),
    ],
)
def test_a_field_that_stands_twice_is_refused_with_its_place(body: bytes, at: str) -> None:
    with pytest.raises(Problem) as refused:
        check_body(body)
    assert (refused.value.code.name, refused.value.at) == ("request.repeated", at)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"1e999", b"[" * 5000, b'{"a":' + b"9" * 20_000 + b"}", b'[{"a": 1}, {"a": 1}]']
)
def test_what_is_no_json_or_said_once_passes(body: bytes) -> None:
    check_body(body)


@given(st.recursive(st.none() | st.text() | st.integers(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_no_body_that_says_everything_once_is_refused(value: object) -> None:
    check_body(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("query", "at"),
    [
        (b"limit=1&limit=2", "#/query/limit"),
        (b"a=1&lim%69t=1&&limit=2", "#/query/limit"),
        (b"\xff=1&\xff=2", "#/query"),
        (b"&".join([b"cursor=x"] * 400), "#/query/cursor"),
    ],
)
def test_a_parameter_that_stands_twice_is_refused_by_its_name(query: bytes, at: str) -> None:
    with pytest.raises(Problem) as refused:
        check_query(query)
    assert refused.value.at == at


@pytest.mark.parametrize("query", [b"", b"&&", b"limit=1", b"limit=1&cursor=limit"])
def test_parameters_said_once_pass(query: bytes) -> None:
    check_query(query)
