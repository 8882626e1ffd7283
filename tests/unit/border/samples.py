"""A data map and a contract to vary, made up."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec

from yumen.border.checking import resolve
from yumen.border.contract import Draft, ExportContract, Group
from yumen.border.filing_checking import filing_of
from yumen.border.reading import read
from yumen.border.standing import TOLD, Filing, FilingDraft, Standing, consents, groups
from yumen.security.datamap import (
    After,
    Basis,
    DataMap,
    Erased,
    Field,
    Holding,
    Keep,
    Kind,
    People,
    Purpose,
    RetentionClass,
    Sensitivity,
)

TODAY: Final = date(2026, 11, 25)

WRITTEN: Final = """\
id = "members-crm"
version = 1
purpose = "marketing"
basis = "consent"
necessity = "The club's campaigns are planned and sent by headquarters."
starts_on = 2026-11-01
ends_on = 2029-10-31
external_id = "Member_No"
persons_a_year = 30000

[recipient]
id = "hq"
legal_name = "Velvet SA"
country = "FR"
contact = "privacy@velvet.example"
system = "salesforce"
role = "handler"
salt = "hq-2026"

[[lines]]
field = "member.card.number"
name = "Member_No"
change = "pass"

[[lines]]
field = "member.phone.phone"
name = "Phone_Hash"
change = "hash"

[[lines]]
field = "member.detail.birthday"
name = "Birth_Year"
change = "year"

[[lines]]
field = "member.card.points"
name = "Points"
change = "bucket"
edges = [0, 100, 500]

[subjects]
groups = ["members"]
minors = "none"

[retention]
days = 730
then = "delete"

[mechanism]
kind = "exempt"
exemption = "small"

[assessment]
reference = "PIPIA-2026-03"
finished_on = 2026-10-10

[schedule]
every_minutes = 15
"""


async def _hand_over(uow: object, subject: object) -> dict[str, object]:
    return {}


async def _erase(uow: object, subject: object) -> Erased:
    return Erased(0)


def _field(address: str, kind: Kind, purpose: Purpose, basis: Basis, sensitivity: Sensitivity) -> Field:
    holding, _, name = address.rpartition(".")
    column = f"{address}{'' if kind in (Kind.POINTS, Kind.CREDENTIAL) else '_sealed'}"
    return Field(holding, name, kind, sensitivity, purpose, basis, RetentionClass.MEMBERSHIP, (column,))


def _holding(name: str, *fields: Field, people: People = People.SHOPPERS) -> Holding:
    keep = Keep(15, After.ACCOUNT_CLOSED, "retention.account_closed")
    return Holding(name, "sample", fields, RetentionClass.MEMBERSHIP, keep, _hand_over, _erase, people)


GENERAL, SENSITIVE = Sensitivity.GENERAL, Sensitivity.SENSITIVE
DATA_MAP: Final = DataMap(
    [
        _holding(
            "member.card",
            _field("member.card.number", Kind.MEMBER_NUMBER, Purpose.MEMBERSHIP, Basis.CONTRACT, GENERAL),
            _field("member.card.points", Kind.POINTS, Purpose.MEMBERSHIP, Basis.CONTRACT, GENERAL),
            _field("member.card.secret", Kind.CREDENTIAL, Purpose.MEMBERSHIP, Basis.CONTRACT, GENERAL),
        ),
        _holding("member.phone", _field("member.phone.phone", Kind.PHONE, Purpose.MEMBERSHIP, Basis.CONTRACT, GENERAL)),
        _holding(
            "member.detail",
            _field("member.detail.birthday", Kind.BIRTHDAY, Purpose.PROFILE, Basis.CONSENT, GENERAL),
            _field("member.detail.skin", Kind.NAME, Purpose.SENSITIVE, Basis.CONSENT, SENSITIVE),
        ),
        _holding("sale.parcel", _field("sale.parcel.address", Kind.ADDRESS, Purpose.SALE, Basis.CONTRACT, SENSITIVE)),
        _holding(
            "staff.person",
            _field("staff.person.name", Kind.NAME, Purpose.SECURITY, Basis.HUMAN_RESOURCES, GENERAL),
            people=People.STAFF,
        ),
    ],
    TODAY,
)


def draft(**changed: Any) -> Draft:
    """The sample contract with some entries changed: `draft(recipient={"country": "JP"})`, `draft(onward=[…])`."""
    table = msgspec.to_builtins(read(WRITTEN.encode()))
    for key, value in changed.items():
        table[key] = {**table[key], **value} if isinstance(value, dict) else value
    return msgspec.convert(table, Draft)


def line(field: str, name: str, change: str = "pass", **more: Any) -> dict[str, Any]:
    return {"field": field, "name": name, "change": change, **more}


NUMBER_LINE: Final = line("member.card.number", "Member_No")


def contract(on: date = TODAY, **changed: Any) -> ExportContract:
    return resolve(draft(**changed), DATA_MAP, on)


def unchecked(**changed: Any) -> ExportContract:
    """A contract as the law might meet it, whatever `checking` would say, in force for a long time."""
    known = {field.address: field for field in DATA_MAP.fields()}
    long = {"starts_on": "2021-01-01", "ends_on": "2035-12-31", "assessment": {"finished_on": "2020-12-01"}}
    drafted = draft(**{**long, **changed})
    return ExportContract(drafted, tuple(known[line.field] for line in drafted.lines))


WRITTEN_FILING: Final = b"""\
route = "standard_contract"
number = "SH-2026-1"
recipient = "hq"
purposes = ["marketing"]
fields = ["member.card.number", "member.phone.phone", "member.detail.birthday", "member.card.points"]
retention_days = 730
issued_on = 2026-03-01
"""


def filing(route: str, **changed: Any) -> Filing:
    """A mechanism on file for the sample contract and all its fields, since the first day of 2026."""
    revoked_on = date.fromisoformat(str(changed.pop("revoked_on"))) if "revoked_on" in changed else None
    return filing_of(drafted(route, **changed), f"fil_{route}", revoked_on)


def drafted(route: str, **changed: Any) -> FilingDraft:
    """The same as its paper says it."""
    written: dict[str, Any] = {
        "route": route,
        "number": "F-1",
        "recipient": "hq",
        "purposes": ["marketing", "sale", "membership"],
        "fields": [field.address for field in DATA_MAP.fields()],
        "retention_days": 1096,
        "issued_on": "2026-01-01",
        "general_max": 0,
    }
    return msgspec.convert({**written, **changed}, FilingDraft)


def filed(kind: str, **more: Any) -> dict[str, Any]:
    """The mechanism of a contract that names that filing."""
    return {"kind": kind, "exemption": None, "filing": "F-1", "valid_from": "2026-01-01", **more}


EVERYTHING: Final = consents(Purpose.EXPORT, Purpose.MARKETING, Purpose.SENSITIVE, Purpose.SHARING)


def person(**changed: Any) -> Standing:
    """A grown-up member who said yes to everything and was told."""
    said: dict[str, Any] = {"subject": 7, "groups": groups([Group.MEMBERS]), "consents": EVERYTHING, "facts": TOLD}
    return Standing(**{**said, **changed})
