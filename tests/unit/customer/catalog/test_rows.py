"""A catalogue file is read piece by piece, and whatever is amiss has a row and a column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.catalog.rows import COLUMNS, RECORD_LENGTH_MAX, Fault, Row, read, write
from yumen.kit.errors import Problem

HEAD = "sku,product,brand,name_en,name_zh,list_fen"
GOOD = {"sku": "A-1", "product": "A", "brand": "velvet", "name_en": "Bowl", "name_zh": "碗", "list_fen": "100"}
CELLS = {
    "sku": st.from_regex(r"[A-Z0-9][A-Z0-9._-]{0,8}", fullmatch=True),
    "text_en": st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=60
    ),
    "member_fen": st.sampled_from(["", "gold=100", "gold=100 silver=200"]),
    "on_hand": st.sampled_from(["", "0", "12"]),
}


def rows(text: str | bytes, size: int = 7) -> list[Row | Fault]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(data[at : at + size] for at in range(0, len(data), size)))


def test_a_row_is_told_by_its_columns_and_number():
    (row,) = rows(f"\ufeff{HEAD}\r\nA-1,A,velvet,Bowl,碗,100\r\n")
    assert isinstance(row, Row)
    assert (row.number, dict(row.cells)) == (1, GOOD)


def test_empty_lines_are_nothing():
    assert len(rows(f"\n{HEAD}\n\n,,,,,\nA-1,A,velvet,Bowl,碗,100")) == 1


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("sku", ""), ("sku", "a b"), ("product", "-"), ("brand", "Velvet"), ("name_en", ""), ("list_fen", "0"),
        ("list_fen", "-1"), ("list_fen", "1.5"), ("list_fen", "100000001"), ("list_fen", "١٢"), ("status", "new"),
        ("images", "xyz"), ("member_fen", "gold"), ("member_fen", "gold=0"), ("member_fen", "gold=100000001"),
        ("on_hand", "-1"), ("weight_g", "heavy"), ("active", "maybe"), ("text_en", "x" * 4001), ("text_zh", "a\0b"),
        ("publish_from_at", "2026-11-26"), ("publish_from_at", "2026-11-26T10:00"),
        ("publish_until_at", "2026-13-01T10:00Z"), ("publish_until_at", "0001-01-01T00:00Z"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_by_row_and_column(column, cell):
    out = io.StringIO()
    table = csv.DictWriter(out, [*GOOD, *({column} - GOOD.keys())])
    table.writeheader()
    table.writerows([GOOD, {**GOOD, column: cell}])
    good, fault = rows(out.getvalue())
    assert isinstance(good, Row)
    assert isinstance(fault, Fault)
    assert (fault.row, fault.column, fault.problem.code.name) == (2, column, "import.cell_unfit")


def test_a_line_of_another_length_is_told():
    (fault,) = rows(f"{HEAD}\nA-1,A\n")
    assert isinstance(fault, Fault)
    assert (fault.row, fault.problem.code.name) == (1, "import.cells_unfit")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("", "import.head_unfit"),
        ("sku,product\n", "import.head_unfit"),
        (f"{HEAD},colour\n", "import.head_unfit"),
        (f"{HEAD},sku\n", "import.head_unfit"),
        (b"\xff\xfe", "import.not_text"),
        (HEAD.encode() + b"\nA-1,A,velvet,Bowl,\xe7\xa2", "import.not_text"),
        (f'{HEAD}\n"{"x" * 50}\n' * (RECORD_LENGTH_MAX // 60), "import.record_too_long"),
    ],
)
def test_what_is_no_such_file_is_a_problem(file, code):
    with pytest.raises(Problem) as problem:
        rows(f'{HEAD}\n"' + "x" * RECORD_LENGTH_MAX if code == "import.record_too_long" else file, 4096)
    assert problem.value.code.name == code


@given(st.lists(st.fixed_dictionaries(CELLS), max_size=5), st.integers(1, 40))
def test_what_is_written_is_read_back_however_it_is_cut(told, size):
    lines = [[{**dict.fromkeys(COLUMNS, ""), **GOOD, **cells}[column] for column in COLUMNS] for cells in told]
    found = rows(write([COLUMNS, *lines]), size)
    assert [row.cells for row in found if isinstance(row, Row)] == [
        {**dict.fromkeys(COLUMNS, ""), **GOOD, **{name: cell.strip() for name, cell in cells.items()}} for cells in told
    ]


@given(st.binary(max_size=300), st.integers(1, 50))
def test_nonsense_is_faults_or_a_problem_and_nothing_else(data, size):
    file = HEAD.encode() + b"\n" + data
    try:
        file.decode()
    except UnicodeDecodeError:
        with pytest.raises(Problem, match=r"import\.not_text"):
            rows(file, size)
    else:
        assert all(isinstance(one, Row | Fault) for one in rows(file, size))
