"""What a mapping needs and HubSpot lacks is made, the unique one first."""

import pytest

from yumen.gateway.connectors.hubspot import Wanted
from yumen.kit.errors import Rejected

WANTED = [
    Wanted("yumen_version", "Version", "number"),
    Wanted("tier", "Tier", "choice", choices=("gold", "tin")),
    Wanted("member_no", "Member", unique=True),
    Wanted("yumen_suppressed", "Left alone", "boolean"),
    Wanted("hash", "Hash", sensitive=True),
]


async def test_only_what_is_missing_is_made(hubspot, account):
    account.properties = [{"name": "tier", "type": "enumeration"}]
    assert await hubspot.make_properties(WANTED) == ["member_no", "yumen_version", "yumen_suppressed", "hash"]
    made = {one["name"]: one for one in account.properties[1:]}
    assert made["member_no"] == {
        "name": "member_no",
        "label": "Member",
        "groupName": "yumen",
        "type": "string",
        "fieldType": "text",
        "hasUniqueValue": True,
    }
    assert (made["yumen_version"]["type"], made["yumen_version"]["fieldType"]) == ("number", "number")
    assert [option["value"] for option in made["yumen_suppressed"]["options"]] == ["true", "false"]
    assert made["hash"]["dataSensitivity"] == "sensitive"
    assert await hubspot.make_properties(WANTED) == []


async def test_what_somebody_else_made_meanwhile_is_as_good(hubspot, account, say_error):
    account.script = [None, say_error(409, "CONFLICT"), say_error(409, "CONFLICT")]
    assert await hubspot.make_properties([WANTED[0]]) == ["yumen_version"]


async def test_without_the_scope_nothing_is_made(hubspot, account, say_error):
    account.script = [None, say_error(403, "MISSING_SCOPES")]
    with pytest.raises(Rejected) as failure:
        await hubspot.make_properties(WANTED)
    assert failure.value.upstream == "MISSING_SCOPES"
