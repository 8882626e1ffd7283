"""A sample becomes a table, and its values are gone."""

from datetime import date

from yumen.audit.evidence.kinds import Kind
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


def judged(name, types, rows=(), comments=None):
    return Sample(name, types, list(rows), comments=comments or {}).judge(date(2026, 11, 26), "d.sql")


def test_a_column_without_values_is_judged_by_its_name():
    table = judged("member", {"phone": "varchar(20)", "lxr": "varchar(20)"}, comments={"lxr": "联系人"})
    assert [(one.kind, one.values) for column in table.columns for one in column.classes] == [
        (Kind.PHONE, 0),
        (Kind.NAME, 0),
    ]


def test_names_of_goods_are_no_names_of_persons():
    rows = [["女装"], ["男装"], ["SF Express"]] * 5
    assert judged("shop.category", {"name": "text"}, rows).personal == ()
    people = [["王小明"], ["李雷"]] * 5
    assert [one.name for one in judged("shop.member", {"name": "text"}, people).personal] == ["name"]


def test_a_name_beside_a_phone_is_that_of_a_person():
    table = judged("shop.lead", {"name": "text", "phone": "text"}, [["王小明", "13800138000"]] * 5)
    assert [one.name for one in table.personal] == ["name", "phone"]
