"""Whatever in a contract contradicts the data map, the law or itself is found, all of it, with its place."""

from datetime import date
from typing import Any

import pytest

from tests.unit.border.samples import DATA_MAP, NUMBER_LINE, TODAY, draft, line
from yumen.border.checking import faults, resolve, unopened
from yumen.border.reading import BadContractError

FILED = {"kind": "standard_contract", "exemption": None, "filing": "SH-2026-1", "valid_from": "2026-01-01"}
ABROAD = {"kind": "exempt", "exemption": "contract_necessity", "performed_abroad": True}


def found(on: date = TODAY, **changed: Any) -> list[tuple[str, str]]:
    return [(fault.code, fault.at) for fault in faults(draft(**changed), DATA_MAP, on)]


def onward(id_: str, sender: str) -> dict[str, str]:
    return {"id": id_, "sender": sender, "legal_name": "Mailer Inc.", "country": "US", "purpose": "sending mail"}


def test_the_sample_is_sound() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changed", "code", "at"),
    [
        ({"lines": [NUMBER_LINE, line("member.none.x", "X")]}, "contract.field_unknown", "lines[1].field"),
        ({"lines": [NUMBER_LINE, line("member.card.secret", "X")]}, "contract.field_never", "lines[1].field"),
        ({"lines": [NUMBER_LINE, line("staff.person.name", "X")]}, "contract.other_people", "lines[1].field"),
        ({"lines": [NUMBER_LINE, line("member.phone.phone", "Member_No")]}, "contract.name_twice", "lines"),
        ({"lines": [NUMBER_LINE, line("member.phone.phone", "P", "year")]}, "contract.change_unfit", "lines[1].change"),
        (
            {"lines": [NUMBER_LINE, line("member.card.points", "P", "bucket", edges=[5, 1])]},
            "contract.edges_unfit",
            "lines[1].edges",
        ),
        ({"lines": [NUMBER_LINE, line("member.phone.phone", "P", keep=4)]}, "contract.idle", "lines[1].keep"),
        (
            {"lines": [line("member.card.points", "P", "aggregate", group_min=2)]},
            "contract.group_small",
            "lines[0].group_min",
        ),
        (
            {"lines": [NUMBER_LINE, line("member.card.points", "P", "aggregate", group_min=20)]},
            "contract.aggregate_mixed",
            "lines",
        ),
        (
            {"lines": [line("member.phone.phone", "P", "aggregate", group_min=20)]},
            "contract.change_unfit",
            "lines[0].change",
        ),
        (
            {"lines": [line("member.card.points", "P", "aggregate", group_min=20, edges=[5, 1])]},
            "contract.edges_unfit",
            "lines[0].edges",
        ),
        (
            {"lines": [line("member.detail.birthday", "B", "aggregate", group_min=20, edges=[1990])]},
            "contract.idle",
            "lines[0].edges",
        ),
        ({"recipient": {"salt": None}}, "contract.salt_missing", "recipient.salt"),
        ({"external_id": "Birth_Year"}, "contract.external_id_unfit", "external_id"),
        ({"external_id": "Nothing"}, "contract.external_id_unfit", "external_id"),
        ({"basis": "legal_duty"}, "contract.basis_contradicts", "basis"),
        ({"basis": "contract"}, "contract.basis_contradicts", "basis"),
        ({"purpose": "sale", "basis": "contract"}, "contract.field_needs_consent", "lines[2].field"),
        ({"purpose": "security", "basis": "human_resources"}, "contract.basis_of_employees", "subjects.groups"),
        ({"recipient": {"country": "CN"}}, "contract.domestic_contradicts", "mechanism.kind"),
        ({"mechanism": {"kind": "domestic", "exemption": None}}, "contract.domestic_contradicts", "mechanism.kind"),
        ({"recipient": {"role": "authority"}}, "contract.authority", "recipient.role"),
        ({"mechanism": {"exemption": None}}, "contract.exemption_missing", "mechanism.exemption"),
        ({"mechanism": {"filing": "SH-1"}}, "contract.filing_idle", "mechanism.filing"),
        ({"mechanism": {**FILED, "exemption": "small"}}, "contract.exemption_idle", "mechanism.exemption"),
        ({"mechanism": {**FILED, "filing": None}}, "contract.filing_missing", "mechanism.filing"),
        ({"mechanism": {**FILED, "valid_until": "2026-11-24"}}, "contract.filing_expired", "mechanism.valid_until"),
        ({"mechanism": {**FILED, "valid_until": "2025-11-24"}}, "contract.filing_backwards", "mechanism.valid_until"),
        ({"mechanism": ABROAD}, "contract.exemption_basis", "mechanism.exemption"),
        (
            {"mechanism": {**ABROAD, "performed_abroad": False}},
            "contract.performed_here",
            "mechanism.performed_abroad",
        ),
        ({"mechanism": {"exemption": "zone_list"}}, "contract.zone_missing", "mechanism.zone"),
        ({"mechanism": {"exemption": "zone_list", "zone": "atlantis"}}, "contract.zone_unknown", "mechanism.zone"),
        ({"persons_a_year": 100_000}, "contract.forecast_beyond", "persons_a_year"),
        ({"persons_a_year": 1_000_000, "mechanism": FILED}, "contract.forecast_beyond", "persons_a_year"),
        (
            {"persons_a_year": 10_000, "mechanism": FILED, "lines": [NUMBER_LINE, line("member.detail.skin", "S")]},
            "contract.forecast_beyond",
            "persons_a_year",
        ),
        ({"recipient": {"country": "UK"}}, "contract.country_unknown", "recipient.country"),
        ({"onward": [{**onward("mailer", "hq"), "country": "EU"}]}, "contract.country_unknown", "onward[0].country"),
        (
            {"lines": [NUMBER_LINE, line("member.detail.skin", "Skin")]},
            "contract.small_sensitive",
            "lines[1].field",
        ),
        ({"important": True}, "contract.important_exempt", "important"),
        ({"important": True, "mechanism": FILED}, "contract.important_needs_assessment", "mechanism.kind"),
        ({"onward": [onward("mailer", "nobody")]}, "contract.onward_unknown", "onward[0].sender"),
        ({"onward": [onward("hq", "hq")]}, "contract.onward_twice", "onward"),
        ({"ends_on": "2026-10-31"}, "contract.ends_early", "ends_on"),
        ({"ends_on": "2026-11-24"}, "contract.over", "ends_on"),
        ({"assessment": {"finished_on": "2026-11-02"}}, "contract.assessment_late", "assessment.finished_on"),
    ],
)
def test_a_fault_is_found_with_its_place(changed: dict[str, Any], code: str, at: str) -> None:
    assert (code, at) in found(**changed)


@pytest.mark.parametrize(
    ("persons", "mechanism"),
    [(99_999, {}), (999_999, FILED), (5_000_000, {**FILED, "kind": "assessment"})],
)
def test_a_forecast_may_go_up_to_the_line(persons: int, mechanism: dict[str, Any]) -> None:
    assert found(persons_a_year=persons, mechanism=mechanism) == []


def test_a_field_that_nothing_opens_is_told_with_its_place() -> None:
    openable = {"member.card.number", "member.phone.phone", "member.card.points"}
    assert [(fault.code, fault.at) for fault in unopened(draft(), openable)] == [
        ("contract.not_servable", "lines[2].field")
    ]


def test_onward_transfers_in_a_circle_are_found_and_a_chain_is_not() -> None:
    chain = [onward("mailer", "hq"), onward("printer", "mailer")]
    assert found(onward=chain) == []
    circle = [onward("mailer", "printer"), onward("printer", "mailer"), onward("post", "printer")]
    assert found(onward=circle) == [("contract.onward_cycle", f"onward[{index}].sender") for index in range(3)]


def test_an_aggregate_may_put_points_into_ranges() -> None:
    lines = [
        line("member.card.points", "Points", "aggregate", group_min=20, edges=[0, 100]),
        line("member.detail.birthday", "Born", "aggregate", group_min=20),
    ]
    assert found(lines=lines) == []


def test_a_mechanism_is_asked_for_its_day() -> None:
    certified = {**FILED, "kind": "certification"}
    assert found(mechanism=certified) == []
    early = found(
        date(2025, 12, 31), mechanism=certified, starts_on="2025-01-01", assessment={"finished_on": "2024-12-01"}
    )
    assert early == [("contract.mechanism_unknown", "mechanism.kind")]


def test_a_sound_contract_gets_its_fields() -> None:
    assert [field.address for field in resolve(draft(), DATA_MAP, TODAY).fields][:2] == [
        "member.card.number",
        "member.phone.phone",
    ]


def test_an_unsound_contract_is_refused_with_all_its_faults() -> None:
    with pytest.raises(BadContractError) as refused:
        resolve(draft(recipient={"salt": None, "country": "CN"}), DATA_MAP, TODAY)
    assert [fault.code for fault in refused.value.faults] == ["contract.salt_missing", "contract.domestic_contradicts"]
