"""A mechanism's record that contradicts the data map, the law of its day or itself is refused with its place."""

from datetime import date
from typing import Any

import pytest

from tests.unit.border.samples import DATA_MAP, TODAY, WRITTEN_FILING, drafted
from yumen.border.filing_checking import filing_faults, filing_of
from yumen.border.filings import read_filing
from yumen.border.reading import BadContractError


def found(route: str = "standard_contract", **changed: Any) -> list[tuple[str, str]]:
    return [(fault.code, fault.at) for fault in filing_faults(drafted(route, **changed), DATA_MAP, TODAY)]


@pytest.mark.parametrize(
    ("route", "more"),
    [
        ("standard_contract", {}),
        ("certification", {}),
        ("assessment", {"general_max": 500}),
        ("assessment", {"sensitive_max": 500}),
        ("zone_list", {"zone": "guangxi"}),
        ("assessment", {"general_max": 5, "issued_on": "2024-05-10", "ends_on": "2027-05-09"}),
    ],
)
def test_sound_records_have_no_faults(route: str, more: dict[str, Any]) -> None:
    assert found(route, **more) == []


@pytest.mark.parametrize(
    ("route", "changed", "code", "at"),
    [
        ("standard_contract", {"fields": ["member.none.x"]}, "contract.field_unknown", "fields"),
        ("standard_contract", {"onward": ["hq"]}, "contract.onward_twice", "onward"),
        ("standard_contract", {"issued_on": "2023-05-31"}, "contract.mechanism_unknown", "route"),
        ("certification", {"issued_on": "2025-12-31"}, "contract.mechanism_unknown", "route"),
        ("standard_contract", {"zone": "guangxi"}, "filing.zone_unfit", "zone"),
        ("zone_list", {}, "filing.zone_unfit", "zone"),
        ("zone_list", {"zone": "atlantis"}, "contract.zone_unknown", "zone"),
        ("standard_contract", {"general_max": 5}, "filing.scale_unfit", "general_max"),
        ("assessment", {}, "filing.scale_unfit", "general_max"),
        ("standard_contract", {"ends_on": "2025-12-31"}, "contract.filing_backwards", "ends_on"),
        ("standard_contract", {"ends_on": "2026-11-24"}, "contract.filing_expired", "ends_on"),
        ("assessment", {"general_max": 5, "issued_on": "2022-09-01"}, "contract.filing_expired", "ends_on"),
        ("certification", {"ends_on": "2029-01-01"}, "filing.ends_late", "ends_on"),
    ],
)
def test_a_contradiction_is_told_with_its_place(route: str, changed: dict[str, Any], code: str, at: str) -> None:
    assert (code, at) in found(route, **changed)


def test_a_file_is_read_as_it_was_written_and_its_faults_have_lines() -> None:
    assert read_filing(WRITTEN_FILING, DATA_MAP, TODAY).number == "SH-2026-1"
    for old, new, at in (
        (b'"marketing"', b'"whim"', "purposes:4"),
        (b"route", b"id = 'fil_x'\nroute", "id:1"),
        (b"730", b"0", "retention_days:6"),
        (b"2026-03-01", b"2023-03-01", "route:1"),
    ):
        with pytest.raises(BadContractError) as refused:
            read_filing(WRITTEN_FILING.replace(old, new, 1), DATA_MAP, TODAY)
        assert at in [f"{fault.at}:{fault.line}" for fault in refused.value.faults]


def test_the_hash_of_a_record_does_not_depend_on_the_order_of_its_lists() -> None:
    one = drafted("standard_contract", fields=["member.card.number", "member.phone.phone"])
    other = drafted("standard_contract", fields=["member.phone.phone", "member.card.number"])
    assert one.canonical() == other.canonical()


def test_a_record_on_file_keeps_what_its_paper_says() -> None:
    one = drafted("zone_list", zone="guangxi")
    filed = filing_of(one, "fil_1", date(2026, 5, 1))
    assert (filed.id, filed.zone, filed.revoked_on) == ("fil_1", "guangxi", date(2026, 5, 1))
