"""What this Yumen can say of itself for an audit: flows, filings, columns, terms, stores, accounts. No person's data.

The auditor shares no code with this: both keep to the published schema `docs/reference/schemas/audit-evidence-1.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from yumen.app.databases import reachable
from yumen.app.first_staff import HANDLER_UNCLEAR
from yumen.app.holdings import HOLDINGS
from yumen.app.wiring import SYSTEM, furnished
from yumen.border import ExportContract, Filing, Mechanisms, Route, filings
from yumen.border.contract import Minors
from yumen.customer import identity
from yumen.kit.settings import Settings
from yumen.kit.work import Actor, ActorKind
from yumen.security.access import admission
from yumen.security.datamap import DataMap, Kind

FORMAT: Final = "yumen-evidence/1"
SEALED: Final = ("_sealed", "_index", "_hash")
"""Endings of columns that hold no readable value."""
KINDS: Final = {
    Kind.OPENID: "openid",
    Kind.UNIONID: "unionid",
    Kind.PHONE: "phone",
    Kind.NAME: "name",
    Kind.ADDRESS: "address",
    Kind.EMAIL: "email",
    Kind.BIRTHDAY: "birth",
}
"""Kinds of the data map that an auditor looks for, in the words of the schema."""

ROUTES: Final = {
    Route.ASSESSMENT: "assessment",
    Route.STANDARD_CONTRACT: "standard_contract",
    Route.CERTIFICATION: "certification",
}


async def export(settings: Settings, handler: str, now: datetime) -> dict[str, Any]:
    """The evidence of one handler, by its name in the settings. Raises `handler.unclear`, `database.unavailable`."""
    code = handler or (next(iter(settings.handler)) if len(settings.handler) == 1 else "")
    if code not in settings.handler:
        raise HANDLER_UNCLEAR(known=", ".join(sorted(settings.handler)) or "-")
    one = settings.handler[code]
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            number = (await identity.handlers.numbers(uow.conn))[code]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", number)) as uow:
            stands = await filings.rules(uow, uow.use(DataMap), Mechanisms(critical=one.critical))
            people = await admission.listed(uow)
    abroad = [contract for contract in stands.contracts.values() if contract.leaves_the_mainland]
    return {
        "format": FORMAT,
        "taken_at": now.isoformat(),
        "service": {"name": one.name, "entity": one.name_zh or one.name},
        "filings": [_filing(filing) for filing in stands.mechanisms.filings],
        "flows": [_flow(contract) for contract in sorted(abroad, key=lambda contract: contract.draft.id)],
        "columns": list(_columns()),
        "retention": [{"table": table, "days": days} for table, days in sorted(_terms().items())],
        "stores": list(_stores(settings)),
        "accounts": [
            {"account": person.id, "rights": ", ".join(person.roles), "granted": person.admitted_at.date().isoformat()}
            for person in people
            if person.closed_at is None
        ],
    }


def _flow(contract: ExportContract) -> dict[str, Any]:
    draft = contract.draft
    kind = draft.mechanism.kind.value
    people = {"sensitive_people" if contract.sensitive else "people": draft.persons_a_year}
    return {
        "name": draft.id,
        "recipient": draft.recipient.legal_name,
        "country": draft.recipient.country,
        "fields": [line.name for line in draft.lines],
        "purpose": draft.purpose.value,
        "mechanism": f"exempt:{draft.mechanism.exemption}" if draft.mechanism.exemption else kind,
        "impact_assessment_on": draft.assessment.finished_on.isoformat(),
        "minors": draft.subjects.minors is not Minors.NONE,
        **(people if contract.personal else {}),
    }


def _filing(filing: Filing) -> dict[str, Any]:
    """A zone filing is told as an assessment's: the schema knows no zones of its own."""
    told: dict[str, Any] = {
        "kind": ROUTES.get(filing.route, "assessment"),
        "state": "revoked" if filing.revoked_on else "done",
        "number": filing.number,
        "recipients": [filing.recipient],
        "on": filing.issued_on.isoformat(),
    }
    return told | ({"until": filing.ends_on.isoformat()} if filing.ends_on else {})


def _columns() -> Iterator[Mapping[str, Any]]:
    for holding in HOLDINGS:
        for field in holding.fields:
            for place in field.columns if field.kind in KINDS else ():
                table, _, column = place.rpartition(".")
                yield {
                    "table": table,
                    "column": column,
                    "kinds": [KINDS[field.kind]],
                    "sealed": column.endswith(SEALED),
                }


def _terms() -> dict[str, int]:
    """Days by table: the longest of the holdings that have columns in it."""
    terms: dict[str, int] = {}
    for holding in HOLDINGS:
        for field in holding.fields:
            for place in field.columns:
                table = place.rpartition(".")[0]
                terms[table] = max(terms.get(table, 0), holding.keep.days)
    return terms


def _stores(settings: Settings) -> Iterator[Mapping[str, Any]]:
    for name, role, region in (
        ("database", "store", settings.database.region),
        ("key database", "store", settings.database.keys_region),
        ("key service", "store", settings.keys.region),
        ("published trail", "store", settings.trail.region),
    ):
        cloud, _, where = region.partition("/")
        yield {"name": name, "role": role, "cloud": cloud, "region": where}
