"""What this Yumen can say of itself for an audit: flows, filings, columns, terms, stores, accounts. No person's data.

The auditor shares no code with this: both keep to the published schema `docs/reference/schemas/audit-evidence-1.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from yumen.app import backoffice
from yumen.app.databases import reachable
from yumen.app.first_staff import handler_named
from yumen.app.holdings import HOLDINGS
from yumen.app.wiring import SYSTEM, furnished
from yumen.border import ExportContract, Filing, Mechanisms, Route, filings
from yumen.border.contract import Minors
from yumen.customer import identity, profile
from yumen.kit.clock import shanghai_day
from yumen.kit.settings import Settings
from yumen.kit.work import Actor, ActorKind, UnitOfWork
from yumen.security.access import admission, key_life
from yumen.security.datamap import Basis, DataMap, Field, Holding, Kind, People

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
STAFF_NAME: Final = "staff_name"

ROUTES: Final = {
    Route.ASSESSMENT: "assessment",
    Route.STANDARD_CONTRACT: "standard_contract",
    Route.CERTIFICATION: "certification",
}


async def export(settings: Settings, handler: str, now: datetime) -> dict[str, Any]:
    """The evidence of one handler, by its name in the settings. Raises `handler.unclear`, `database.unavailable`."""
    code = handler_named(settings, handler)
    one = settings.handler[code]
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            number = (await identity.handlers.numbers(uow.conn))[code]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", number)) as uow:
            stands = await filings.rules(uow, uow.use(DataMap), Mechanisms(critical=one.critical))
            service = await _service(uow, settings, code)
            accounts = await _accounts(uow)
    abroad = [contract for contract in stands.contracts.values() if contract.leaves_the_mainland]
    return {
        "format": FORMAT,
        "taken_at": now.isoformat(),
        "service": service,
        "filings": [_filing(filing) for filing in stands.mechanisms.filings],
        "flows": [_flow(contract, settings) for contract in sorted(abroad, key=lambda contract: contract.draft.id)],
        "columns": list(_columns()),
        "retention": [{"table": table, "days": days} for table, days in sorted(_terms().items())],
        "stores": list(_stores(settings)),
        "accounts": accounts,
    }


def guides(settings: Settings, handler: str, now: datetime) -> dict[str, Any]:
    """The privacy guide of each mini-program of the handler, as it is to stand at WeChat: `guide-<app>`, in Chinese.

    Raises `handler.unclear`.
    """
    code, today = handler_named(settings, handler), shanghai_day(now)
    sheets = {
        name: backoffice.sheet(settings, HOLDINGS, name, "zh", today)
        for name, app in settings.app.items()
        if settings.brand[app.brand].handler == code
    }
    return {
        f"guide-{name}": msgspec.to_builtins(backoffice.guide(sheet, HOLDINGS, "zh")) for name, sheet in sheets.items()
    }


async def _service(uow: UnitOfWork, settings: Settings, code: str) -> dict[str, Any]:
    """Who runs it and for how many. That nobody said to be a minor does not say that none is there."""
    one = settings.handler[code]
    ours = [app.appid for app in settings.app.values() if settings.brand[app.brand].handler == code]
    young = await profile.minors.figures(uow)
    told: dict[str, Any] = {
        "name": one.name,
        "entity": one.name_zh or one.name,
        "people": await identity.people.count(uow.conn, uow.handler),
    }
    told |= {"appid": ours[0]} if len(ours) == 1 else {}
    return told | ({"minors": True} if young.children or young.teens else {})


async def _accounts(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Who may enter, by the keys they hold: used last, and good until the last of them ends."""
    used: dict[str, datetime] = {}
    until: dict[str, datetime] = {}
    for key in await key_life.listed(uow):
        if key.used_at is not None:
            used[key.actor_id] = max(key.used_at, used.get(key.actor_id, key.used_at))
        ends = min(key.expires_at, key.revoked_at or key.expires_at)
        until[key.actor_id] = max(ends, until.get(key.actor_id, ends))
    days = (("last_used", used), ("until", until))
    return [
        {
            "account": person.id,
            "rights": ", ".join(person.roles),
            "granted": person.admitted_at.date().isoformat(),
            **{name: found[person.id].date().isoformat() for name, found in days if person.id in found},
        }
        for person in await admission.listed(uow)
        if person.closed_at is None
    ]


def _flow(contract: ExportContract, settings: Settings) -> dict[str, Any]:
    """A declared flow. Where it rests on consent, the border lets nobody pass without the separate one (art. 39)."""
    draft = contract.draft
    kind = draft.mechanism.kind.value
    hosts = {urlsplit(one.url).hostname or "" for one in settings.recipient.values() if one.contract == draft.id}
    people = {"sensitive_people" if contract.sensitive else "people": draft.persons_a_year}
    return {
        "name": draft.id,
        "recipient": draft.recipient.legal_name,
        "country": draft.recipient.country,
        "hosts": sorted(hosts),
        "fields": [line.name for line in draft.lines],
        "purpose": draft.purpose.value,
        "mechanism": f"exempt:{draft.mechanism.exemption}" if draft.mechanism.exemption else kind,
        "impact_assessment_on": draft.assessment.finished_on.isoformat(),
        "minors": draft.subjects.minors is not Minors.NONE,
        **({"separate_consent": True} if draft.basis is Basis.CONSENT else {}),
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
                    "kinds": [_kind(holding, field)],
                    "sealed": column.endswith(SEALED),
                }


def _kind(holding: Holding, field: Field) -> str:
    at_work = holding.people is People.STAFF and field.kind is Kind.NAME
    return STAFF_NAME if at_work else KINDS[field.kind]


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
