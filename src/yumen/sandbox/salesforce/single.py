"""One record a call: create, read, update, delete, and upsert by external id."""

from __future__ import annotations

from typing import Any

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.batches import external_field, live_row
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.deleting import bin_one
from yumen.sandbox.salesforce.filing import Fields, find_live, key_text, save
from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.judging import find_field, find_object, new_draft, no_such_column
from yumen.sandbox.salesforce.reading import API, shown
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.refusals import Fault, Refusal


def create(call: Call) -> Reply:
    """`POST /sobjects/{object}`: 201 with the new id."""
    kind = find_object(call.world, call.part("object"))
    return _write(call, kind, None, call.json())


def update(call: Call) -> Reply:
    """`PATCH /sobjects/{object}/{id}`: 204."""
    kind = find_object(call.world, call.part("object"))
    row = _by_id(call, kind)
    body = call.json()
    _write(call, kind, row, body)
    return Reply(status=204)


def read(call: Call) -> Reply:
    """`GET /sobjects/{object}/{id}`."""
    kind = find_object(call.world, call.part("object"))
    return Reply(shown(kind, _by_id(call, kind), _asked(call, kind), call.version))


def delete(call: Call) -> Reply:
    """`DELETE /sobjects/{object}/{id}`: 204, into the recycle bin."""
    row = _by_id(call, find_object(call.world, call.part("object")))
    return _delete(call, row)


def upsert(call: Call) -> Reply:
    """`PATCH /sobjects/{object}/{field}/{value}`: 201 created, 200 (or 204) updated, 300 when several match."""
    kind = find_object(call.world, call.part("object"))
    known = external_field(kind, call.part("field"))
    value, body = call.part("value"), call.json()
    if known.name == "Id":
        raise Refusal(400, "INVALID_FIELD", "Id cannot be used as an external id here")
    if any(name.lower() == known.name.lower() for name in body):
        words = f"The {known.name} field should not be specified in the sobject data."
        raise Refusal(400, "INVALID_FIELD", words, [{"message": words, "errorCode": "INVALID_FIELD", "fields": []}])
    rows = find_live(call.world, kind, known, [value]).get(key_text(known, value), [])
    if len(rows) > 1:
        raise _several(call, kind, rows)
    return _write(call, kind, rows[0] if rows else None, body, {known.name: value})


def read_by_key(call: Call) -> Reply:
    """`GET /sobjects/{object}/{field}/{value}`: 300 when several match."""
    kind, row = _by_key(call)
    return Reply(shown(kind, row, _asked(call, kind), call.version))


def delete_by_key(call: Call) -> Reply:
    """`DELETE /sobjects/{object}/{field}/{value}`: 204."""
    _, row = _by_key(call)
    return _delete(call, row)


def _write(call: Call, kind: Object, row: Row | None, body: Fields, key: Fields | None = None) -> Reply:
    sent = {**body, **(key or {})}
    draft = new_draft(kind, row, sent, str(next(iter(key.values()))) if key else "")
    try:
        call.judge().judge(draft, sent)
    except Fault as fault:
        raise Refusal(400, fault.code, fault.message, [fault.alone()]) from None
    created = draft.created
    saved = save(call.world, draft, call.now)
    result: dict[str, Any] = {"id": saved.id, "success": True, "errors": []}
    if created:
        where = (("Location", f"{API}{call.version}/sobjects/{kind.name}/{saved.id}"),)
        return Reply({**result, "created": True} if key else result, status=201, headers=where)
    if not call.world.settings.org.body_of_204:
        return Reply(status=204)
    return Reply({**result, "created": False})


def _delete(call: Call, row: Row) -> Reply:
    fault = bin_one(call, row.id, judge_only=True) or bin_one(call, row.id)
    if fault is not None:
        raise Refusal(400, fault.code, fault.message, [fault.alone()])
    return Reply(status=204)


def _by_id(call: Call, kind: Object) -> Row:
    ident = read_id(call.part("id"))
    if ident is None:
        raise Refusal(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: Id")
    try:
        return live_row(call, kind, ident)
    except Fault as fault:
        code = "ENTITY_IS_DELETED" if fault.code == "ENTITY_IS_DELETED" else "NOT_FOUND"
        words = "entity is deleted" if code == "ENTITY_IS_DELETED" else "The requested resource does not exist"
        raise Refusal(404, code, words) from None


def _by_key(call: Call) -> tuple[Object, Row]:
    kind = find_object(call.world, call.part("object"))
    known, value = external_field(kind, call.part("field")), call.part("value")
    rows = find_live(call.world, kind, known, [value]).get(key_text(known, value), [])
    if not rows:
        raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
    if len(rows) > 1:
        raise _several(call, kind, rows)
    return kind, rows[0]


def _several(call: Call, kind: Object, rows: list[Row]) -> Refusal:
    places = [f"{API}{call.version}/sobjects/{kind.name}/{row.id}" for row in rows]
    return Refusal(300, "MULTIPLE_CHOICES", body=places)


def _asked(call: Call, kind: Object) -> list[Field]:
    names = [name for name in call.request.query.get("fields", "").split(",") if name]
    found: list[Field] = []
    for name in names:
        known = find_field(kind, name.strip())
        if known is None:
            raise no_such_column(kind, name)
        found.append(known)
    return found or list(kind.fields.values())
