"""Ask Salesforce which persons it holds, by external id: SOQL in pieces, several pieces in one composite call.

Rows in the recycle bin are not held. Source: REST API Developer Guide, "Query" and "Composite".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.connectors.channel import ASK_DEADLINE_S, Call
from yumen.gateway.connectors.connector import Found
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce.api import with_json
from yumen.gateway.connectors.salesforce.errors import SYSTEM, remote_id
from yumen.gateway.connectors.salesforce.ingest import end_orphans
from yumen.gateway.connectors.salesforce.target import Target, quoted

QUERY_IDS_MAX: Final = 200
QUERY_BYTES_MAX: Final = 12_000
"""Salesforce takes 16,384 bytes of address (414, 431)."""
QUERIES_MAX: Final = 5
"""Queries among the subrequests of a composite call."""
PAGE_DEADLINE_S: Final = 6.0

Row = Mapping[str, object]


class Page(msgspec.Struct):
    """`done` is False when more rows wait; so few ids never fill a page, unless the external id is not unique."""

    records: list[dict[str, object]]
    done: bool = True


class Part(msgspec.Struct):
    """One answer inside a composite answer."""

    httpStatusCode: int  # noqa: N815  # Salesforce's names
    body: msgspec.Raw


class Composite(msgspec.Struct):
    compositeResponse: list[Part]  # noqa: N815  # Salesforce's names


async def ask(target: Target, external_ids: Sequence[str]) -> list[Found]:
    """In the order of the ids, once no job of ours acts any more. Raises NotSent, Rejected, Unsettled."""
    await end_orphans(target)
    rows = await held(target, external_ids)
    return [_found(target, external_id, rows_of(target, rows, external_id)) for external_id in external_ids]


async def held(target: Target, external_ids: Sequence[str]) -> dict[str, list[Row]]:
    """The rows by external id, case folded as Salesforce compares. Raises NotSent, Rejected, Unsettled."""
    pieces = _pieces(list(dict.fromkeys(external_ids)))
    rows: dict[str, list[Row]] = {}
    for queries in chunks([_soql(target, piece) for piece in pieces], QUERIES_MAX):
        for row in await _rows(target, queries):
            key = row.get(target.fields.external_id)
            if not isinstance(key, str) or not row_id(row):
                raise unreadable(SYSTEM)
            rows.setdefault(key.casefold(), []).append(row)
    return rows


def rows_of(target: Target, rows: Mapping[str, Sequence[Row]], external_id: str) -> list[Row]:
    """Those of exactly this id, else those of its other spellings: the field may tell cases apart or not."""
    alike = rows.get(external_id.casefold(), ())
    return [row for row in alike if row.get(target.fields.external_id) == external_id] or list(alike)


def row_id(row: Row) -> str:
    said = row.get("Id")
    return remote_id(said if isinstance(said, str) else None)


async def _rows(target: Target, queries: Sequence[str]) -> list[dict[str, object]]:
    """One query is a plain call; several go together."""
    if len(queries) == 1:
        call = Call("GET", "/query", query={"q": queries[0]}, deadline_s=ASK_DEADLINE_S)
        return _complete(await target.api.ask(Page, call))
    content = {
        "allOrNone": False,
        "compositeRequest": [
            {"method": "GET", "url": f"{target.api.root}/query?q={quote(soql)}", "referenceId": f"ask{number}"}
            for number, soql in enumerate(queries)
        ],
    }
    call = with_json(Call("POST", "/composite", deadline_s=PAGE_DEADLINE_S), content)
    answer = await target.api.ask(Composite, call)
    if len(answer.compositeResponse) != len(queries):
        raise unreadable(SYSTEM)
    return [row for part in answer.compositeResponse for row in _part(part)]


def _part(part: Part) -> list[dict[str, object]]:
    if part.httpStatusCode != 200:
        raise unreadable(SYSTEM)
    try:
        return _complete(msgspec.json.decode(part.body, type=Page))
    except msgspec.DecodeError:
        raise unreadable(SYSTEM) from None


def _complete(page: Page) -> list[dict[str, object]]:
    if not page.done:
        raise unreadable(SYSTEM)
    return page.records


def _pieces(external_ids: Sequence[str]) -> list[list[str]]:
    """As many ids as fit into one address."""
    pieces: list[list[str]] = []
    size = 0
    for external_id in external_ids:
        length = len(quote(quoted([external_id]))) + 3
        if not pieces or len(pieces[-1]) == QUERY_IDS_MAX or size + length > QUERY_BYTES_MAX:
            pieces.append([])
            size = 0
        pieces[-1].append(external_id)
        size += length
    return pieces


def _soql(target: Target, external_ids: Sequence[str]) -> str:
    fields = target.fields
    wanted = ", ".join(["Id", fields.external_id, *([fields.version] if fields.version else [])])
    return f"SELECT {wanted} FROM {target.org.object} WHERE {fields.external_id} IN ({quoted(external_ids)})"  # noqa: S608  # names from our settings, values quoted


def _found(target: Target, external_id: str, rows: Sequence[Row]) -> Found:
    if not rows:
        return Found(external_id, present=False)
    version = rows[0].get(target.fields.version) if target.fields.version else None
    known = int(version) if isinstance(version, int | float) else None
    return Found(external_id, present=True, version=known, remote_id=row_id(rows[0]))
