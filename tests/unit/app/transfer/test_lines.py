"""Lines of other systems' files: what is read, what is refused, and that nothing said is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.app.transfer import lines
from yumen.app.transfer.lines import Fault, Line
from yumen.app.transfer.members import COLUMNS
from yumen.kit.errors import Problem


def told(tmp_path: Path, text: str, name: str = "members.csv") -> list[Line | Fault]:
    file = tmp_path / name
    file.write_bytes(text.encode())
    return list(lines.read(file, COLUMNS))


def test_a_csv_is_read_with_or_without_a_byte_order_mark_and_columns_in_any_order(tmp_path: Path) -> None:
    for mark in ("", "\ufeff"):
        (one,) = told(tmp_path, f'{mark}phone,external_id\r\n13800000001,"a ""b"""\r\n\r\n')
        assert isinstance(one, Line)
        assert (one.number, dict(one.cells)) == (2, {"phone": "13800000001", "external_id": 'a "b"'})


def test_a_fault_names_line_field_and_reason(tmp_path: Path) -> None:
    text = "external_id,phone\n,13800000001\nm2,phone?\nm3\nm4,13800000004\n"
    found = told(tmp_path, text)
    assert found[:3] == [
        Fault(2, "external_id", "transfer.field_missing"),
        Fault(3, "phone", "transfer.field_unfit"),
        Fault(4, "", "transfer.line_unfit"),
    ]
    assert isinstance(found[3], Line)


def test_a_quoted_line_break_belongs_to_its_record_and_the_next_line_keeps_its_number(tmp_path: Path) -> None:
    found = told(tmp_path, 'external_id,nickname\nm1,"a\nb"\nm2,c\n')
    assert found[0] == Fault(3, "nickname", "transfer.field_unfit")
    assert isinstance(found[1], Line)
    assert found[1].number == 4


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    text = '{"external_id": "m1", "phone": null}\n\n{"external_id": 7}\n[1]\n{"external_id": "m2", "age": 3}\n'
    found = told(tmp_path, text, "members.jsonl")
    assert [(one.number, dict(one.cells)) for one in found if isinstance(one, Line)] == [
        (1, {"external_id": "m1"}),
        (3, {"external_id": "7"}),
    ]
    faults = [one for one in found if isinstance(one, Fault)]
    assert faults == [Fault(4, "", "transfer.line_unfit"), Fault(5, "", "transfer.field_unknown")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("phone\n1\n", "transfer.head_unfit"),
        ("external_id,external_id\n", "transfer.head_unfit"),
        ("external_id,age\n", "transfer.head_unfit"),
        ("", "transfer.head_unfit"),
        ("external_id\n" + "m" * 70_000 + "\n", "transfer.line_too_long"),
        ('external_id\n"open\nnever closed', "transfer.file_broken"),
    ],
)
def test_what_is_no_such_file_at_all_is_refused_as_a_whole(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Problem, match=code.replace(".", r"\.")):
        told(tmp_path, text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_bytes(b"external_id\n\xff\xfe\n")
    with pytest.raises(Problem, match=r"transfer\.not_text"):
        list(lines.read(file, COLUMNS))


def test_a_line_shows_nothing_of_what_stands_in_it(tmp_path: Path) -> None:
    (one,) = told(tmp_path, "external_id,phone\nm1,13800000001\n")
    assert "13800000001" not in repr(one)
