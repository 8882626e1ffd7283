"""What a job's file says is what was meant, whatever the values hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.gateway.connectors.salesforce.csv_text import NOTHING, columns, read, written

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40)


@given(st.lists(st.dictionaries(st.sampled_from(["A", "B", "C"]), TEXTS, min_size=1), min_size=1, max_size=20))
def test_every_text_comes_back_as_it_was(rows):
    names = {name for row in rows for name in row}
    assert list(read(written(rows))) == [{name: row.get(name, "") for name in names} for row in rows]


def test_nothing_and_the_empty_text_empty_a_field():
    assert written([{"A": None, "B": "", "C": True, "D": 0}]) == f"A,B,C,D\n{NOTHING},{NOTHING},true,0\n".encode()


def test_a_byte_order_mark_is_no_part_of_the_first_name():
    assert list(read(b"\xef\xbb\xbfA\nx\n")) == [{"A": "x"}]


@pytest.mark.parametrize("data", [b"A,B\n1\n", b"A\n1,2\n", b'A\n"x\n', b"A\n\xff\n", b'A\n"x"y\n'])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(ValueError, match=r".*"):
        list(read(data))


def test_an_empty_file_has_no_rows():
    assert list(read(b"")) == []


def test_rows_without_the_column_are_left_out():
    assert [key for key, _ in columns([{"A": "1"}, {"B": "2"}, {"A": ""}], "A")] == ["1"]
