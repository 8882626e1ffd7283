"""The evidence a running Yumen gives of itself (`yumen evidence export`), read like any other system's papers.

Another system may write the same file: its schema is published in `docs/reference/schemas/evidence-1.json`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.audit.declaration import Filing, Flow, Retention, Service
from yumen.audit.evidence.access import AccessList, Account
from yumen.audit.evidence.classify import Class
from yumen.audit.evidence.inventory import Resource, place_of
from yumen.audit.evidence.kinds import Kind
from yumen.audit.evidence.schema import Column, Table
from yumen.audit.world import World

FORMAT: Final = "yumen-evidence/1"
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class HeldColumn(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column with something personal in it, as the data map declares it."""

    table: Name
    column: Name
    kinds: tuple[Kind, ...]
    sealed: bool


class Store(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something stands. `role` as in an inventory: store, backup, log, replica, function, search, queue, cdn."""

    name: Name
    role: Name
    cloud: Annotated[str, Meta(max_length=40)] = ""
    region: Annotated[str, Meta(max_length=60)] = ""
    encrypted: bool | None = None


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody with access, by an id that says nothing to outsiders."""

    account: Name
    rights: Annotated[str, Meta(max_length=400)] = ""
    country: Annotated[str, Meta(max_length=60)] = ""
    granted: date | None = None
    until: date | None = None
    last_used: date | None = None
    second_factor: bool | None = None
    active: bool = True


class Running(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file."""

    format: Annotated[str, Meta(pattern="^yumen-evidence/1$")]
    taken_at: Annotated[str, Meta(max_length=40)]
    service: Service | None = None
    filings: tuple[Filing, ...] | None = None
    flows: tuple[Flow, ...] | None = None
    columns: tuple[HeldColumn, ...] = ()
    retention: tuple[Retention, ...] = ()
    stores: tuple[Store, ...] = ()
    accounts: tuple[Person, ...] | None = None


def read_running(world: World, name: str) -> Running | None:
    """The file; None, told among the unread, when it is none."""
    if (data := world.read(name)) is None:
        return None
    try:
        return msgspec.json.decode(data, type=Running)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refused:
        world.skip(name, "no_evidence", why=str(refused)[:160])
        return None


def tables_of(running: Running, origin: str) -> tuple[Table, ...]:
    """Its columns as tables; what is sealed is said to be so by its own word."""
    held: dict[str, list[Column]] = defaultdict(list)
    for one in running.columns:
        kinds = (Kind.SEALED,) if one.sealed else one.kinds
        held[one.table].append(Column(one.column, "", tuple(Class(kind, 1.0, 0) for kind in kinds)))
    return tuple(Table(name, tuple(columns), origin=origin) for name, columns in sorted(held.items()))


def resources_of(running: Running, origin: str) -> tuple[Resource, ...]:
    return tuple(
        Resource(
            one.name, one.role, one.role, one.cloud, one.region, place_of(one.cloud, one.region), origin, one.encrypted
        )
        for one in running.stores
    )


def access_of(running: Running) -> AccessList | None:
    """Its people; every column of an access list but the shared mark is there."""
    if running.accounts is None:
        return None
    columns = {"account", "rights", "country", "granted", "until", "last_used", "active"}
    if any(one.second_factor is not None for one in running.accounts):
        columns.add("second_factor")
    rows = [
        Account(
            one.account,
            "",
            one.rights,
            one.country,
            one.last_used,
            one.granted,
            one.until,
            one.second_factor,
            None,
            one.active,
            None,
        )
        for one in running.accounts
    ]
    return AccessList(tuple(sorted(rows, key=lambda row: row.account)), frozenset(columns))
