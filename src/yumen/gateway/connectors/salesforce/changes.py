"""Ask Salesforce which of our records changed since a moment: SOQL in the order of SystemModstamp and Id, by pages.

`SystemModstamp` also moves when a flow or an integration changes a record. Source: SOQL and SOSL Reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.channel import ASK_DEADLINE_S, Call
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce.errors import SYSTEM
from yumen.gateway.connectors.salesforce.lookup import Page, Row, row_id
from yumen.gateway.connectors.salesforce.target import Target, quoted

STAMP: Final = "SystemModstamp"


class ChangedRow(Struct, frozen=True):
    """A record as it is now, in Salesforce's names. Its text shows no value."""

    record: str
    external_id: str
    modified_at: datetime
    values: dict[str, str | bool | None]

    def __repr__(self) -> str:
        return f"ChangedRow({self.record})"


async def changed(target: Target, fields: Sequence[str], since: datetime, after: str, limit: int) -> list[ChangedRow]:
    """Records with a name of ours, changed at `since` with an Id above `after`, or later.

    `fields` are names out of our settings. Raises NotSent, Rejected, Unsettled.
    """
    call = Call("GET", "/query", query={"q": _soql(target, fields, since, after, limit)}, deadline_s=2 * ASK_DEADLINE_S)
    page = await target.api.ask(Page, call)
    return [_row(target, fields, row) for row in page.records]


def _soql(target: Target, fields: Sequence[str], since: datetime, after: str, limit: int) -> str:
    name, moment = target.fields.external_id, since.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    later = (
        f"{STAMP} >= {moment}"
        if not after
        else f"({STAMP} > {moment} OR ({STAMP} = {moment} AND Id > {quoted([after])}))"
    )
    wanted = ", ".join(["Id", name, STAMP, *fields])
    return (
        f"SELECT {wanted} FROM {target.org.object} WHERE {name} != null AND {later}"  # noqa: S608  # names from our settings
        f" ORDER BY {STAMP}, Id LIMIT {limit}"
    )


def _row(target: Target, fields: Sequence[str], row: Row) -> ChangedRow:
    stamp, name = row.get(STAMP), row.get(target.fields.external_id)
    if not isinstance(stamp, str) or not isinstance(name, str) or not row_id(row):
        raise unreadable(SYSTEM)
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        raise unreadable(SYSTEM) from None
    if at.tzinfo is None:
        raise unreadable(SYSTEM)
    return ChangedRow(row_id(row), name, at, {field: _said(row.get(field)) for field in fields})


def _said(value: object) -> str | bool | None:
    return value if isinstance(value, str | bool) or value is None else str(value)
