"""Take persons back out of Salesforce: delete, empty the fields, or mark as to be left alone.

A collection delete only moves a row to the recycle bin for 15 days; with `hard_delete` a Bulk job deletes for good.
Anonymising empties the external id too, so that nothing leads from the row to the person; asking then finds nobody. So
every field that was sent is read back by the row's own id: what a flow put back, or a trigger kept, is no anonymity.
Source: REST API Developer Guide, "Delete Multiple Records" and "Update Multiple Records" (sObject Collections).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.connectors.channel import Call
from yumen.gateway.connectors.connector import ABSENT, Outcome, RecallWay, Record, Settled, Value
from yumen.gateway.connectors.emptied import VALUE_STAYED, still_there
from yumen.gateway.connectors.failures import unreadable
from yumen.gateway.connectors.salesforce.api import with_json
from yumen.gateway.connectors.salesforce.bulk import hard_delete
from yumen.gateway.connectors.salesforce.errors import SYSTEM, Result, Said, settled
from yumen.gateway.connectors.salesforce.lookup import Row, held, row_id, rows_of
from yumen.gateway.connectors.salesforce.target import COLLECTION_MAX, Target
from yumen.kit.errors import Rejected

GONE: Final = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
"""Deleted meanwhile, by somebody else or by our own earlier call."""


async def recall(target: Target, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
    """In the order of the ids; who is not there is done. Raises NotSent, Rejected, Unsettled."""
    rows = await held(target, external_ids)
    places = {one: [row_id(row) for row in rows_of(target, rows, one)] for one in external_ids}
    said: dict[str, Result] = {}
    for piece in chunks(list(dict.fromkeys(row for found in places.values() for row in found)), COLLECTION_MAX):
        said.update(zip(piece, await _carry_out(target, piece, way), strict=True))
    return [_whole(one, [_told(one, row, said[row]) for row in places[one]]) for one in external_ids]


async def _carry_out(target: Target, row_ids: Sequence[str], way: RecallWay) -> list[Result]:
    if way is RecallWay.DELETE:
        return await _delete(target, row_ids)
    if way is RecallWay.ANONYMISE:
        return await _anonymise(target, row_ids)
    if not target.org.suppress:
        raise Rejected("connector.way_unsupported", way)
    return await _write(target, row_ids, target.org.suppress)


async def _delete(target: Target, row_ids: Sequence[str]) -> list[Result]:
    if target.org.hard_delete:
        return await hard_delete(target, row_ids)
    query = {"ids": ",".join(row_ids), "allOrNone": "false"}
    results = await target.api.ask(list[Result], Call("DELETE", "/composite/sobjects", query=query))
    return _counted(results, row_ids)


async def _write(target: Target, row_ids: Sequence[str], values: Mapping[str, Value]) -> list[Result]:
    records = [{**target.element(values), "id": row_id} for row_id in row_ids]
    call = with_json(Call("PATCH", "/composite/sobjects"), {"allOrNone": False, "records": records})
    return _counted(await target.api.ask(list[Result], call), row_ids)


async def _anonymise(target: Target, row_ids: Sequence[str]) -> list[Result]:
    """Write, then read back: a field that kept a value refuses its row."""
    cleared = target.cleared()
    said = await _write(target, row_ids, cleared)
    written = [result.id or row for row, result in zip(row_ids, said, strict=True) if result.success]
    content = {"ids": written, "fields": ["Id", *cleared]}
    path = f"/composite/sobjects/{target.org.object}"
    rows = await target.api.ask(list[Row | None], with_json(Call("POST", path), content)) if written else []
    kept = {row_id(row): stayed for row in rows if row is not None and (stayed := still_there(cleared, row))}
    return [_unless_kept(result, kept.get(row, "")) for row, result in zip(row_ids, said, strict=True)]


def _unless_kept(result: Result, field: str) -> Result:
    if not field:
        return result
    return Result(success=False, id=result.id, errors=[Said(statusCode=VALUE_STAYED, fields=[field])])


def _counted(results: list[Result], row_ids: Sequence[str]) -> list[Result]:
    if len(results) != len(row_ids):
        raise unreadable(SYSTEM)
    return results


def _told(external_id: str, row: str, result: Result) -> Settled:
    if not result.success and any(said.statusCode in GONE for said in result.errors):
        return Settled(external_id, Outcome.DONE, remote_id=row)
    return settled(Record(key=row, external_id=external_id, version=0, values={}), result)


def _whole(external_id: str, told: Sequence[Settled]) -> Settled:
    """A person under several rows is taken back when all of them are."""
    if not told:
        return Settled(external_id, Outcome.DONE, ABSENT)
    return next((answer for answer in told if answer.outcome is not Outcome.DONE), told[0])
