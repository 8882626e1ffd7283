"""Whatever is put into an array comes out of it, as the driver reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.postgres import types

from yumen.kit import arrays


def read(written: str, of: str) -> object:
    """As PostgreSQL's own text format is read by the driver."""
    return Transformer().get_loader(types[of].array_oid, pq.Format.TEXT).load(written.encode())


@given(some.lists(some.integers(-(2**63), 2**63 - 1)))
def test_numbers(numbers: list[int]) -> None:
    assert read(arrays.plain(numbers), "int8") == numbers


@given(some.lists(some.uuids()))
def test_uuids_and_their_texts(uuids: list[UUID]) -> None:
    assert read(arrays.plain(uuids), "uuid") == uuids
    assert read(arrays.plain(str(one) for one in uuids), "uuid") == uuids


@given(some.lists(some.none() | some.binary(max_size=40)))
def test_bytes_and_their_absence(items: list[bytes | None]) -> None:
    assert read(arrays.bytes_(items), "bytea") == items


@given(some.lists(some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_any_texts(items: list[str]) -> None:
    assert read(arrays.texts(items), "text") == items


@pytest.mark.parametrize("text", ["", "NULL", "null", '"', "\\", "a,b", "{}", " x ", '\\"', "é\n"])
def test_texts_that_mean_something_in_an_array(text: str) -> None:
    assert read(arrays.texts([text, "x"]), "text") == [text, "x"]


@given(some.lists(some.none() | some.integers(-(2**63), 2**63 - 1)))
def test_numbers_and_their_absence(items: list[int | None]) -> None:
    assert read(arrays.numbers(items), "int8") == items


@given(some.lists(some.integers(-(2**35), 2**37)))
def test_moments(eighths: list[int]) -> None:
    items = [datetime.fromtimestamp(one / 8, UTC) for one in eighths]
    assert read(arrays.moments(items), "timestamptz") == items
