"""A mapping is shown on made-up data, with what does not fit beside it."""

from yumen.gateway.connectors import Description, FieldMap, RemoteField
from yumen.gateway.connectors.kit import Shape, as_text, preview

FIELDS = FieldMap(
    "No__c", {"Number": "No__c", "Given": "FirstName", "Tier": "Tier__c"}, {"LeadSource": "WeChat"}, "V__c"
)
TOLD = Description(
    "Contact",
    (
        RemoteField("No__c", "text", unique=True),
        RemoteField("FirstName", "text", length_max=3),
        RemoteField("LeadSource", "text"),
        RemoteField("V__c", "number"),
        RemoteField("LastName", "text", required=True),
    ),
)


def test_every_field_is_shown_with_an_example_and_its_faults():
    lines = preview(FIELDS, {"Given": Shape("text", 10), "Tier": Shape("choice", choices=("gold",))}, TOLD)
    assert [(line.name, line.target, line.kind, line.example) for line in lines] == [
        ("Number", "No__c", "text", "Example"),
        ("Given", "FirstName", "text", "Example"),
        ("Tier", "Tier__c", "-", "gold"),
        ("-", "LeadSource", "text", "WeChat"),
        ("-", "V__c", "number", 1_280),
        ("-", "LastName", "text", None),
    ]
    assert [[drift.code.rpartition(".")[2] for drift in line.drifts] for line in lines] == [
        [],
        ["too_short"],
        ["missing"],
        [],
        [],
        ["required"],
    ]


def test_the_table_reads_in_both_languages():
    lines = preview(FIELDS, {"Given": Shape("text", 10)}, TOLD)
    table = as_text(lines, "en").splitlines()
    assert table[0] == "Number  No__c       text    Example"
    assert table[2].startswith("  ! FirstName: the recipient takes 3 characters")
    assert "接收方要求必填" in as_text(lines, "zh")
