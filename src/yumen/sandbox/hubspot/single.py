"""One record a call: create, read, update, archive, list, merge, and the privacy deletion."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.events import happened
from yumen.sandbox.hubspot.filing import API, archive, block, erase, find_live, save
from yumen.sandbox.hubspot.judging import Judge
from yumen.sandbox.hubspot.linking import link_from
from yumen.sandbox.hubspot.reading import shown, written
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.refusals import Fault, Refusal, bad_request, not_found
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.shelf import Row

DOOMED: Final = "~doomed"
"""Shelf of privacy deletions under way; a row's moment is when it is due."""


def create(call: Call) -> Reply:
    """`POST …/{object}`: 201."""
    kind, body = call.kind(), call.json()
    sent = _properties(body)
    try:
        draft = Judge(call, kind).judge(None, sent)
    except Fault as fault:
        raise fault.alone() from None
    row = save(call.world, kind, None, draft.values, sent, source=API)
    link_from(call.world, kind, row.id, body.get("associations"))
    return Reply(written(kind, row, sent), 201)


def read(call: Call) -> Reply:
    """`GET …/{object}/{id}`, by `?idProperty=` too."""
    kind = call.kind()
    archived = call.request.query.get("archived", "false") == "true"
    return Reply(shown(kind, _row(call, kind, archived=archived), call.several("properties")))


def update(call: Call) -> Reply:
    """`PATCH …/{object}/{id}`."""
    kind, sent = call.kind(), _properties(call.json())
    row = _row(call, kind)
    try:
        draft = Judge(call, kind).judge(row, sent)
    except Fault as fault:
        raise fault.alone() from None
    return Reply(written(kind, save(call.world, kind, row, draft.values, sent, source=API), sent))


def delete(call: Call) -> Reply:
    """`DELETE …/{object}/{id}`: archived, 204, also when it is not there."""
    kind = call.kind()
    _check_deletes(call)
    row = call.world.shelf.get(kind.name, [call.part("id")]).get(call.part("id"))
    if row is not None and not row.gone:
        archive(call.world, kind, row, source=API)
    return Reply(status=204)


def list_page(call: Call) -> Reply:
    """`GET …/{object}`: pages by id."""
    kind, query = call.kind(), call.request.query
    limit = query.get("limit", "10")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise bad_request("limit must be between 1 and 100")
    archived = query.get("archived", "false") == "true"
    after = query.get("after", "")
    rows = sorted((row for row in call.world.shelf.scan(kind.name) if row.gone == archived), key=lambda row: row.id)
    rows = [row for row in rows if row.id > after][: int(limit) + 1]
    page = rows[: int(limit)]
    body: dict[str, Any] = {"results": [shown(kind, row, call.several("properties")) for row in page]}
    if len(rows) > len(page):
        body["paging"] = {"next": {"after": page[-1].id, "link": f"?after={page[-1].id}"}}
    return Reply(body)


def merge(call: Call) -> Reply:
    """`POST …/merge`: the second is archived, what the first lacks it takes over."""
    kind, body = call.kind(), call.json()
    first, second = (str(body.get(name, "")) for name in ("primaryObjectId", "objectIdToMerge"))
    rows = call.world.shelf.get(kind.name, [first, second])
    if first == second or len(rows) < 2 or any(row.gone for row in rows.values()):
        raise not_found("One of the objects to merge does not exist")
    loser = rows[second]
    gained = {name: value for name, value in loser.fields.items()
              if name in kind.properties and name not in rows[first].fields}  # fmt: skip
    archive(call.world, kind, loser, source=API)
    values = {**rows[first].fields, **gained}
    row = save(call.world, kind, rows[first], values, gained, source=API)
    happened(call.world, kind, row.id, "merge", {}, API)
    return Reply(shown(kind, row))


def gdpr_delete(call: Call) -> Reply:
    """`POST …/gdpr-delete`: gone for good, 204; by e-mail also what is not there is put on the blocklist."""
    kind, body = call.kind(), call.json()
    _check_deletes(call)
    ident, name = str(body.get("objectId") or ""), str(body.get("idProperty") or "")
    if not ident:
        raise bad_request("Invalid input JSON: Some required fields were not set: [objectId]")
    if name in {"", "hs_object_id"}:
        row = call.world.shelf.get(kind.name, [ident]).get(ident)
    elif (known := kind.properties.get(name)) is not None and known.has_unique_value:
        rows = call.world.shelf.find(kind.name, name, [ident.lower()]).get(ident.lower(), [])
        row = rows[0] if rows else None
        if row is None and name == "email":
            block(call.world, ident)
            return Reply(status=204)
    else:
        raise bad_request(f"idProperty {name[:60]} is not a unique identifier property")
    if row is None:
        raise not_found()
    lag = call.world.settings.portal.gdpr_lag_s
    if lag > 0:
        call.world.shelf.put(DOOMED, Row(row.id, call.now + lag, False, {"object": kind.name}), {}, {})
    else:
        erase(call.world, kind, row, source=API)
    return Reply(status=204)


def finish_erasures(world: World) -> None:
    """Privacy deletions whose time has come."""
    now = world.now()
    due = list(takewhile(lambda doomed: doomed.modified <= now, world.shelf.scan(DOOMED)))
    for doomed in due:
        kind = world.kinds[doomed.fields["object"]]
        row = world.shelf.get(kind.name, [doomed.id]).get(doomed.id)
        if row is not None:
            erase(world, kind, row, source=API)
        world.shelf.erase(DOOMED, doomed.id, {})
    if due:
        world.arrivals.flush()
        world.journal.commit()


def _row(call: Call, kind: Kind, *, archived: bool = False) -> Row:
    ident, name = call.part("id"), call.request.query.get("idProperty", "")
    if name in {"", "hs_object_id"}:
        row = call.world.shelf.get(kind.name, [ident]).get(ident)
        if row is not None and row.gone == archived:
            return row
    elif (known := kind.properties.get(name)) is not None and known.has_unique_value:
        found = find_live(call.world, kind, name, [ident]).get(ident.lower())
        if found is not None:
            return found
    raise not_found("resource not found")


def _properties(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise bad_request("Invalid input JSON: Some required fields were not set: [properties]")
    return properties


def _check_deletes(call: Call) -> None:
    if call.world.settings.portal.refuse_deletes:
        raise Refusal(403, "FORBIDDEN", "You do not have permission to delete this object")
