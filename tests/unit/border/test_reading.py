"""A contract's file is read whole or refused with every fault and its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.border.samples import WRITTEN
from yumen.border.reading import BYTES_MAX, BadContractError, Fault, read


def faults(source: str | bytes) -> list[tuple[str, str, int | None]]:
    with pytest.raises(BadContractError) as refused:
        read(source if isinstance(source, bytes) else source.encode())
    return [(fault.code, fault.at, fault.line) for fault in refused.value.faults]


def line_of(text: str) -> int:
    return WRITTEN.splitlines().index(text) + 1


def test_a_well_formed_contract_is_read() -> None:
    draft = read(WRITTEN.encode())
    assert (draft.id, draft.recipient.legal_name, len(draft.lines)) == ("members-crm", "Velvet SA", 4)


def test_all_faults_are_told_at_once_each_with_its_line() -> None:
    broken = (
        WRITTEN.replace('country = "FR"', 'country = "France"')
        .replace("days = 730", "days = 0")
        .replace('change = "year"', 'change = "encrypt"')
        .replace('system = "salesforce"', 'systems = "salesforce"')
    )
    assert faults(broken) == [
        ("contract.unknown_key", "recipient.systems", line_of('system = "salesforce"')),
        ("contract.unfit", "recipient.country", line_of('country = "FR"')),
        ("contract.missing", "recipient.system", line_of("[recipient]")),
        ("contract.unfit", "lines[2].change", line_of('change = "year"')),
        ("contract.unfit", "retention.days", line_of("days = 730")),
    ]


def test_a_file_that_is_no_toml_is_refused_with_its_line() -> None:
    assert faults('id = "a"\nversion = = 2\n') == [("contract.not_toml", "", 2)]


def test_a_file_that_is_no_text_is_refused() -> None:
    assert faults(b"\xff\xfe") == [("contract.not_text", "", None)]


def test_an_endless_file_is_refused() -> None:
    assert faults(WRITTEN + "#" * BYTES_MAX) == [("contract.too_long", "", None)]


def test_a_table_where_a_word_belongs_is_refused() -> None:
    assert ("contract.unfit", "lines", 1) in faults('lines = "all"')


def test_an_empty_list_of_fields_is_refused() -> None:
    head, _, rest = WRITTEN.partition("[[lines]]")
    tail = rest[rest.index("[subjects]") :]
    table, _, recipient = head.partition("[recipient]")
    assert [(code, at) for code, at, _ in faults(f"lines = []\n{table}[recipient]{recipient}{tail}")] == [
        ("contract.unfit", "lines")
    ]


def test_a_fault_is_said_with_file_line_and_reason() -> None:
    fault = Fault("contract.field_unknown", "lines[0].field", 14, {"field": "a.b.c"})
    assert fault.say("en", "contracts/hq.toml") == (
        "contracts/hq.toml:14 lines[0].field: The data map has no field a.b.c."
    )
    assert "数据地图" in fault.say("zh", "contracts/hq.toml")


@given(st.text(max_size=400))
def test_nothing_that_is_written_makes_the_reader_fall_over(written: str) -> None:
    with pytest.raises(BadContractError) as refused:
        read(written.encode("utf-8", "surrogatepass"))
    assert refused.value.faults


def test_a_deeply_nested_file_is_refused() -> None:
    assert faults("id = " + "[" * 5000) == [("contract.not_toml", "", None)]
