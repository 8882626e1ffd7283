"""The objects of a fresh portal: contacts with HubSpot's own properties, companies, and custom objects of a shop."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.hubspot.records import Group, Kind, Option, Property, PropertyType

LEGAL_BASES: Final = (
    "Legitimate interest – prospect/lead",
    "Legitimate interest – existing customer",
    "Legitimate interest - other",
    "Performance of a contract",
    "Freely given consent from contact",
    "Not applicable",
)
_STAGES: Final = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer",
                  "evangelist", "other")  # fmt: skip


def fresh_kinds() -> dict[str, Kind]:
    """contacts, companies, shop_orders, loyalty_points."""
    kinds = (
        _kind("contacts", "0-1", "CONTACT", "contactinformation", _contact(), "lastmodifieddate"),
        _kind("companies", "0-2", "COMPANY", "companyinformation", [_text("name", "Name"), _text("domain", "Domain")]),
        _kind("shop_orders", "2-7000001", "SHOP_ORDER", "shop_orders_information", _order()),
        _kind("loyalty_points", "2-7000002", "LOYALTY_POINTS", "loyalty_points_information", _points()),
    )
    return {kind.name: kind for kind in kinds}


def modified_name(kind: Kind) -> str:
    """Contacts call it `lastmodifieddate`, all others `hs_lastmodifieddate`."""
    return "lastmodifieddate" if kind.type_id == "0-1" else "hs_lastmodifieddate"


def created_name(kind: Kind) -> str:
    """Contacts and companies call it `createdate`, custom objects `hs_createdate`."""
    return "createdate" if kind.type_id.startswith("0-") else "hs_createdate"


def _kind(
    name: str,
    type_id: str,
    singular: str,
    group: str,
    properties: list[Property],
    modified: str = "hs_lastmodifieddate",
) -> Kind:
    created = "createdate" if type_id.startswith("0-") else "hs_createdate"
    system = [
        _made("hs_object_id", "Record ID", "number", read_only=True),
        _made(created, "Create Date", "datetime", read_only=True),
        _made(modified, "Last Modified Date", "datetime", read_only=True),
    ]
    every = {one.name: one for one in [*system, *properties]}
    for one in every.values():
        one.group_name = group
    label = name.replace("_", " ").capitalize()
    return Kind(name=name, type_id=type_id, singular=singular, properties=every,
                groups={group: Group(name=group, label=f"{label} information")})  # fmt: skip


def _contact() -> list[Property]:
    return [
        _made("email", "Email", "string", unique=True),
        _text("firstname", "First Name"),
        _text("lastname", "Last Name"),
        _made("phone", "Phone Number", "string", field="phonenumber"),
        _made("mobilephone", "Mobile Phone Number", "string", field="phonenumber"),
        _text("company", "Company Name"),
        _text("jobtitle", "Job Title"),
        _text("address", "Street Address"),
        _text("city", "City"),
        _text("state", "State/Region"),
        _text("zip", "Postal Code"),
        _text("country", "Country/Region"),
        _text("date_of_birth", "Date of birth"),
        _choice("hs_language", "Preferred language", ("en", "zh", "zh-cn", "de", "fr")),
        _choice("lifecyclestage", "Lifecycle Stage", _STAGES),
        _choice("hs_legal_basis", "Legal basis for processing contact's data", LEGAL_BASES, several=True),
        _made("hs_email_optout", "Unsubscribed from all email", "bool", field="booleancheckbox"),
    ]


def _order() -> list[Property]:
    return [
        _made("order_number", "Order number", "string", unique=True),
        _made("amount", "Amount", "number"),
        _made("ordered_on", "Ordered on", "date"),
        _choice("order_status", "Status", ("paid", "shipped", "refunded")),
    ]


def _points() -> list[Property]:
    return [
        _made("entry_number", "Entry number", "string", unique=True),
        _made("points", "Points", "number"),
        _made("earned_on", "Earned on", "date"),
    ]


def _text(name: str, label: str) -> Property:
    return _made(name, label, "string")


def _choice(name: str, label: str, values: tuple[str, ...], *, several: bool = False) -> Property:
    made = _made(name, label, "enumeration", field="checkbox" if several else "select")
    made.options = [Option(label=value, value=value, display_order=at) for at, value in enumerate(values)]
    return made


def _made(
    name: str, label: str, kind: PropertyType, *, field: str = "", unique: bool = False, read_only: bool = False
) -> Property:
    fields = {"number": "number", "date": "date", "datetime": "date", "bool": "booleancheckbox"}
    return Property(
        name=name,
        label=label,
        type=kind,
        field_type=field or fields.get(kind, "text"),
        group_name="",
        has_unique_value=unique,
        hubspot_defined=True,
        read_only=read_only,
    )
