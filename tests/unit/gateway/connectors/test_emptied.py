import pytest

from yumen.gateway.connectors.emptied import still_there

CLEARED = {"FirstName": None, "LastName": "-", "Points": None}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"FirstName": None, "LastName": "-", "Points": None}, ""),
        ({"LastName": "-"}, ""),
        ({"FirstName": "", "LastName": "-", "Points": False}, ""),
        ({"FirstName": "Mei", "LastName": "-"}, "FirstName"),
        ({"FirstName": None, "LastName": "Wang"}, "LastName"),
        ({"FirstName": None, "LastName": "-", "Points": 0}, "Points"),
        ({}, "LastName"),
    ],
)
def test_whatever_is_otherwise_than_it_was_written_is_named(row, field):
    assert still_there(CLEARED, row) == field


@pytest.mark.parametrize(
    ("value", "field"), [(0, ""), (0.0, ""), ("0", ""), ("0.0", ""), (80.0, "Points"), (None, "Points"), ("", "Points")]
)
def test_a_number_is_the_same_however_it_is_written(value, field):
    assert still_there({"Points": 0}, {"Points": value}) == field
