"""A sample becomes a table, and its values are gone."""

from datetime import date

from yumen.audit.evidence.classify import Kind
from yumen.audit.evidence.schema import Sample


def test_values_are_classified_and_not_kept():
    sample = Sample("t", {"phone": "text", "created_at": "timestamp"}, [["13800138000", "2025-01-02 03:04"]] * 6)
    table = sample.judge(date(2026, 11, 26), "d.sql")
    assert table.columns[0].has(Kind.PHONE)
    assert table.oldest == date(2025, 1, 2)
    assert "13800138000" not in repr(table)


def test_a_sealed_column_is_not_personal():
    table = Sample("t", {"phone_sealed": "bytea"}, [["\\x" + "ab" * 40]] * 6).judge(date(2026, 11, 26), "d.sql")
    assert table.columns[0].sealed
    assert table.personal == ()
