"""The recipient's object is held against the mapping before anybody is sent."""

import pytest

from yumen.gateway.connectors import Description, FieldMap, RemoteField
from yumen.gateway.connectors.kit import Shape, check_start, find_drift
from yumen.kit.errors import Problem

FIELDS = FieldMap(
    "No__c",
    {"Number": "No__c", "Given": "FirstName", "Points": "Points__c", "Tier": "Tier__c", "Person": "Individual.No__c"},
    {"LeadSource": "WeChat"},
    "Version__c",
)
SHAPES = {
    "Number": Shape("text", 20),
    "Given": Shape("text", 40),
    "Points": Shape("number"),
    "Tier": Shape("choice", choices=("gold", "tin")),
}
GOOD = {
    "No__c": RemoteField("No__c", "text", unique=True, length_max=40),
    "FirstName": RemoteField("FirstName", "text", length_max=40),
    "Points__c": RemoteField("Points__c", "number"),
    "Tier__c": RemoteField("Tier__c", "choice", choices=("gold", "silver", "tin")),
    "Individual": RemoteField("Individual", "other"),
    "LeadSource": RemoteField("LeadSource", "choice", choices=("WeChat", "Web")),
    "Version__c": RemoteField("Version__c", "number"),
    "OwnerId": RemoteField("OwnerId", "text"),
}


def described(**changed):
    fields = {**GOOD, **changed}
    return Description("Contact", tuple(field for field in fields.values() if field is not None))


def test_an_object_that_fits_has_no_drift():
    assert find_drift(FIELDS, SHAPES, described()) == []


@pytest.mark.parametrize(
    ("name", "field", "code"),
    [
        ("FirstName", None, "missing"),
        ("Individual", None, "missing"),
        ("FirstName", RemoteField("FirstName", "text", writable=False), "read_only"),
        ("Points__c", RemoteField("Points__c", "date"), "kind"),
        ("Points__c", RemoteField("Points__c", "other"), "kind"),
        ("FirstName", RemoteField("FirstName", "text", length_max=39), "too_short"),
        ("Tier__c", RemoteField("Tier__c", "choice", choices=("gold",)), "choice"),
        ("LeadSource", RemoteField("LeadSource", "choice", choices=("Web",)), "choice"),
        ("No__c", RemoteField("No__c", "text", length_max=40), "key_not_unique"),
        ("LastName", RemoteField("LastName", "text", required=True), "required"),
        ("Version__c", RemoteField("Version__c", "boolean"), "kind"),
    ],
)
def test_each_kind_of_drift_is_told_with_its_field(name, field, code):
    (drift,) = find_drift(FIELDS, SHAPES, described(**{name: field}))
    assert drift.code == f"connector.drift.{code}"
    assert drift.field.split(".")[0] == name
    for language in ("en", "zh"):
        told = drift.as_text(language)
        assert drift.field in told
        assert "{" not in told
        assert told != drift.code


def test_a_choice_may_leave_into_a_text_and_a_number_too():
    assert find_drift(FIELDS, SHAPES, described(Tier__c=RemoteField("Tier__c", "text"))) == []
    assert find_drift(FIELDS, SHAPES, described(Points__c=RemoteField("Points__c", "text"))) == []


async def test_a_connection_does_not_start_on_a_drifted_object(make_trial):
    memory = make_trial().connector
    fields = FieldMap("No", {"Given": "Given"})
    await check_start(memory, fields, {})
    with pytest.raises(Problem) as refused:
        await check_start(memory, FieldMap("No", {"Given": "FirstName"}), {})
    assert refused.value.code.name == "connector.drifted"
    assert refused.value.facts == {"count": 1, "field": "FirstName", "why": "connector.drift.missing"}
