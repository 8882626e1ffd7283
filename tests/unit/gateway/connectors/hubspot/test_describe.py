"""What HubSpot says of its properties, in our words."""

SAID = {
    "results": [
        {"name": "firstname", "type": "string", "fieldType": "text"},
        {"name": "email", "type": "string"},
        {"name": "member_no", "type": "string", "hasUniqueValue": True},
        {"name": "points", "type": "number"},
        {"name": "age", "type": "number", "calculated": True},
        {"name": "createdate", "type": "datetime", "modificationMetadata": {"readOnlyValue": True}},
        {
            "name": "tier",
            "type": "enumeration",
            "options": [{"label": "Gold", "value": "gold"}, {"label": "Tin", "value": "tin", "hidden": True}],
        },
        {"name": "opted_out", "type": "bool", "options": [{"value": "true"}, {"value": "false"}]},
        {"name": "place", "type": "object_coordinates"},
    ]
}


async def test_properties_are_told_in_our_words(hubspot, account):
    account.script = [SAID]
    told = await hubspot.describe()
    fields = {field.name: field for field in told.fields}
    assert told.object == "contacts"
    assert (fields["firstname"].kind, fields["firstname"].length_max) == ("text", 65_536)
    assert (fields["member_no"].unique, fields["email"].unique, fields["firstname"].unique) == (True, True, False)
    assert not fields["age"].writable
    assert not fields["createdate"].writable
    assert fields["tier"].choices == ("gold",)
    assert (fields["opted_out"].kind, fields["opted_out"].choices) == ("boolean", ())
    assert fields["place"].kind == "other"
    assert not any(field.required for field in told.fields)
