"""What Salesforce says of its own object. Source: REST API Developer Guide, "sObject Describe"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from yumen.gateway.connectors.channel import Call
from yumen.gateway.connectors.connector import Description, RemoteField
from yumen.gateway.connectors.salesforce.target import Target

ANSWER_MAX_BYTES: Final = 16 << 20
"""An object of 800 fields with long picklists."""
DEADLINE_S: Final = 20.0
KINDS: Final = {
    **dict.fromkeys(("string", "textarea", "email", "phone", "url", "id", "reference", "encryptedstring"), "text"),
    **dict.fromkeys(("int", "long", "double", "currency", "percent"), "number"),
    **dict.fromkeys(("picklist", "multipicklist"), "choice"),
    "combobox": "text",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}


class Choice(msgspec.Struct):
    value: str
    active: bool = True


class SaidField(msgspec.Struct, rename="camel"):
    """A field of a describe answer."""

    name: str
    type: str
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted_on_create: bool = False
    unique: bool = False
    external_id: bool = False
    length: int = 0
    restricted_picklist: bool = False
    picklist_values: list[Choice] = []
    relationship_name: str | None = None


class SaidObject(msgspec.Struct):
    name: str
    fields: list[SaidField]


async def describe(target: Target) -> Description:
    """Raises NotSent, Rejected, Unsettled."""
    call = Call(
        "GET",
        f"/sobjects/{target.org.object}/describe",
        repeatable=True,
        deadline_s=DEADLINE_S,
        answer_max_bytes=ANSWER_MAX_BYTES,
    )
    said = await target.api.ask(SaidObject, call)
    return Description(said.name, tuple(field for each in said.fields for field in _fields(each)))


def _fields(said: SaidField) -> Iterator[RemoteField]:
    """The field, and beside a reference its relation: parents are named through it (`Individual.Number__c`)."""
    writable = said.createable and said.updateable
    kind = KINDS.get(said.type, "other")
    restricted = kind == "choice" and said.restricted_picklist
    yield RemoteField(
        said.name,
        kind,
        required=writable and not said.nillable and not said.defaulted_on_create and kind != "boolean",
        writable=writable,
        unique=said.unique and said.external_id,
        length_max=said.length or None,
        choices=tuple(choice.value for choice in said.picklist_values if choice.active) if restricted else (),
    )
    if said.relationship_name:
        yield RemoteField(said.relationship_name, "other", writable=writable)
