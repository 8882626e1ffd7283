"""What HubSpot says of its own object. Source: developers.hubspot.com, "Properties API"."""

from __future__ import annotations

from typing import Final

import msgspec

from yumen.gateway.connectors.channel import Call
from yumen.gateway.connectors.connector import Description, RemoteField
from yumen.gateway.connectors.hubspot.target import Target

ANSWER_MAX_BYTES: Final = 16 << 20
DEADLINE_S: Final = 20.0
KINDS: Final = {
    **dict.fromkeys(("string", "phone_number"), "text"),
    "number": "number",
    "bool": "boolean",
    "date": "date",
    "datetime": "datetime",
    "enumeration": "choice",
}
CHARS_MAX: Final = 65_536
"""Of a property of type string."""


class Option(msgspec.Struct):
    value: str
    hidden: bool = False


class Changes(msgspec.Struct, rename="camel"):
    read_only_value: bool = False


class SaidProperty(msgspec.Struct, rename="camel"):
    """A property of a describe answer."""

    name: str
    type: str
    calculated: bool = False
    has_unique_value: bool = False
    options: list[Option] = []
    modification_metadata: Changes | None = None


class SaidProperties(msgspec.Struct):
    results: list[SaidProperty]


async def describe(target: Target) -> Description:
    """HubSpot names no property as required. Raises NotSent, Rejected, Unsettled."""
    call = Call(
        "GET",
        properties_path(target),
        repeatable=True,
        deadline_s=DEADLINE_S,
        answer_max_bytes=ANSWER_MAX_BYTES,
    )
    said = await target.api.ask(SaidProperties, call)
    return Description(target.account.object, tuple(_field(one) for one in said.results))


def properties_path(target: Target) -> str:
    return f"/crm/v3/properties/{target.account.object}"


def _field(said: SaidProperty) -> RemoteField:
    kind = KINDS.get(said.type, "other")
    changes = said.modification_metadata
    return RemoteField(
        said.name,
        kind,
        writable=not said.calculated and not (changes is not None and changes.read_only_value),
        unique=said.has_unique_value or said.name == "email",
        length_max=CHARS_MAX if said.type == "string" else None,
        choices=tuple(option.value for option in said.options if not option.hidden) if kind == "choice" else (),
    )
