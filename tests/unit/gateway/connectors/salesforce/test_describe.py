"""What Salesforce says of its object, in our words."""

import pytest

from yumen.kit.errors import Rejected

SAID = {
    "name": "Contact",
    "fields": [
        {"name": "LastName", "type": "string", "nillable": False, "length": 80},
        {
            "name": "OwnerId",
            "type": "reference",
            "nillable": False,
            "defaultedOnCreate": True,
            "relationshipName": "Owner",
        },
        {"name": "Name", "type": "string", "nillable": False, "createable": False, "updateable": False},
        {"name": "No__c", "type": "string", "unique": True, "externalId": True, "length": 40},
        {"name": "Mail__c", "type": "email", "unique": True},
        {
            "name": "Tier__c",
            "type": "picklist",
            "restrictedPicklist": True,
            "picklistValues": [{"value": "gold"}, {"value": "tin", "active": False}],
        },
        {"name": "Points__c", "type": "double"},
        {"name": "DoNotCall", "type": "boolean", "nillable": False},
        {"name": "MailingAddress", "type": "address"},
    ],
}


async def test_fields_are_told_in_our_words(salesforce, org):
    org.script = [SAID]
    told = await salesforce.describe()
    fields = {field.name: field for field in told.fields}
    assert told.object == "Contact"
    assert (fields["LastName"].required, fields["LastName"].length_max) == (True, 80)
    assert not fields["OwnerId"].required
    assert (fields["Name"].required, fields["Name"].writable) == (False, False)
    assert fields["No__c"].unique
    assert not fields["Mail__c"].unique
    assert (fields["Tier__c"].kind, fields["Tier__c"].choices) == ("choice", ("gold",))
    assert fields["Points__c"].kind == "number"
    assert (fields["DoNotCall"].kind, fields["DoNotCall"].required) == ("boolean", False)
    assert fields["MailingAddress"].kind == "other"
    assert fields["Owner"].kind == "other"


async def test_an_object_that_is_not_there_is_the_address_wrong(salesforce, org, say_error):
    org.script = [say_error(404, "NOT_FOUND")]
    with pytest.raises(Rejected) as failure:
        await salesforce.describe()
    assert failure.value.code == "connector.address_wrong"
