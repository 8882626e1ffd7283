"""The properties API: list, show, create, change, archive properties and groups, one by one or in batches."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.records import Group, Kind, Property
from yumen.sandbox.hubspot.refusals import Fault, Refusal, bad_request, not_found
from yumen.sandbox.hubspot.values import iso

UNIQUE_MAX: Final = 10
FIELD_TYPES: Final = frozenset(
    ("text", "textarea", "number", "date", "select", "radio", "checkbox", "booleancheckbox", "phonenumber", "html",
     "file", "calculation_equation")
)  # fmt: skip
_CHANGEABLE: Final = ("label", "type", "fieldType", "groupName", "description", "options", "displayOrder", "hidden",
                      "formField")  # fmt: skip


def list_all(call: Call) -> Reply:
    """`GET /crm/v3/properties/{object}`."""
    archived = call.request.query.get("archived", "false") == "true"
    found = [_shown(call, one) for one in call.kind().properties.values() if one.archived == archived]
    return Reply({"results": found})


def show(call: Call) -> Reply:
    """`GET /crm/v3/properties/{object}/{name}`."""
    return Reply(_shown(call, _known(call, call.kind())))


def create(call: Call) -> Reply:
    """`POST /crm/v3/properties/{object}`: 201; 409 when the name is taken."""
    kind = call.kind()
    try:
        made = _make(kind, call.json())
    except Fault as fault:
        raise fault.alone() from None
    _save(call, kind)
    return Reply(_shown(call, made), 201)


def change(call: Call) -> Reply:
    """`PATCH /crm/v3/properties/{object}/{name}`: `hasUniqueValue` cannot be changed."""
    kind, body = call.kind(), call.json()
    known = _known(call, kind)
    if "hasUniqueValue" in body and body["hasUniqueValue"] != known.has_unique_value:
        raise bad_request("hasUniqueValue cannot be changed after a property was created")
    wished: dict[str, Any] = {name: body[name] for name in _CHANGEABLE if name in body}
    changed = _read({**msgspec.to_builtins(known), **wished})
    kind.properties[known.name] = changed
    _save(call, kind)
    return Reply(_shown(call, changed))


def archive(call: Call) -> Reply:
    """`DELETE /crm/v3/properties/{object}/{name}`: 204."""
    kind = call.kind()
    known = _known(call, kind)
    if known.hubspot_defined:
        raise bad_request(f"Property {known.name} is defined by HubSpot and cannot be deleted")
    known.archived = True
    _save(call, kind)
    return Reply(status=204)


def create_many(call: Call) -> Reply:
    """`POST /crm/v3/properties/{object}/batch/create`: 201, or 207."""
    kind = call.kind()
    results, errors = [], []
    for one in call.inputs():
        try:
            results.append(_shown(call, _make(kind, one)))
        except Fault as fault:
            errors.append(fault.shown())
    _save(call, kind)
    return Reply(_batch(call, results, errors), 207 if errors else 201)


def read_many(call: Call) -> Reply:
    """`POST /crm/v3/properties/{object}/batch/read`."""
    kind = call.kind()
    results, errors = [], []
    for one in call.inputs():
        known = kind.properties.get(str(one.get("name", "")))
        if known is None or known.archived:
            fault = Fault(404, "OBJECT_NOT_FOUND", "Property does not exist", context={"name": [str(one.get("name"))]})
            errors.append(fault.shown())
        else:
            results.append(_shown(call, known))
    return Reply(_batch(call, results, errors), 207 if errors else 200)


def archive_many(call: Call) -> Reply:
    """`POST /crm/v3/properties/{object}/batch/archive`: 204."""
    kind = call.kind()
    for one in call.inputs():
        known = kind.properties.get(str(one.get("name", "")))
        if known is not None and not known.hubspot_defined:
            known.archived = True
    _save(call, kind)
    return Reply(status=204)


def list_groups(call: Call) -> Reply:
    """`GET /crm/v3/properties/{object}/groups`."""
    return Reply({"results": [msgspec.to_builtins(group) for group in call.kind().groups.values()]})


def show_group(call: Call) -> Reply:
    """`GET /crm/v3/properties/{object}/groups/{name}`."""
    group = call.kind().groups.get(call.part("name"))
    if group is None:
        raise not_found()
    return Reply(msgspec.to_builtins(group))


def create_group(call: Call) -> Reply:
    """`POST /crm/v3/properties/{object}/groups`: 201, 409."""
    kind = call.kind()
    try:
        group = msgspec.convert(call.json(), Group)
    except msgspec.ValidationError as fault:
        raise bad_request(f"Invalid input JSON: {fault}") from None
    if group.name in kind.groups:
        raise Refusal(409, "CONFLICT", f"A property group named '{group.name}' already exists")
    kind.groups[group.name] = group
    _save(call, kind)
    return Reply(msgspec.to_builtins(group), 201)


def _make(kind: Kind, body: dict[str, Any]) -> Property:
    missing = [name for name in ("name", "label", "type", "fieldType", "groupName") if not body.get(name)]
    if missing:
        raise Fault(400, "VALIDATION_ERROR", f"Some required fields were not set: [{', '.join(missing)}]")
    try:
        made = _read(body)
    except Refusal as refusal:
        raise Fault(400, refusal.category, refusal.message) from None
    before = kind.properties.get(made.name)
    if before is not None and not before.archived:
        raise Fault(409, "PROPERTY_EXISTS", f"A property named '{made.name}' already exists.",
                    context={"propertyName": [made.name]})  # fmt: skip
    if made.group_name not in kind.groups:
        raise Fault(400, "VALIDATION_ERROR", f"Property group '{made.group_name}' does not exist")
    unique = sum(one.has_unique_value and not one.hubspot_defined for one in kind.properties.values())
    if made.has_unique_value and unique >= UNIQUE_MAX:
        raise Fault(400, "VALIDATION_ERROR", f"At most {UNIQUE_MAX} properties may have unique values")
    kind.properties[made.name] = made
    return made


def _read(body: dict[str, Any]) -> Property:
    try:
        made = msgspec.convert({**body, "hubspotDefined": bool(body.get("hubspotDefined"))}, Property)
    except msgspec.ValidationError as fault:
        raise bad_request(f"Invalid input JSON: {fault}") from None
    if made.field_type not in FIELD_TYPES:
        raise bad_request(f"fieldType {made.field_type[:40]} is not known")
    if made.type == "bool" and not made.options:
        made.field_type = "booleancheckbox"
    return made


def _known(call: Call, kind: Kind) -> Property:
    known = kind.properties.get(call.part("name").lower())
    if known is None or known.archived:
        raise not_found(f"Property {call.part('name')[:100]} does not exist")
    return known


def _save(call: Call, kind: Kind) -> None:
    kind.changed()
    call.world.keep("kind", kind.name, kind)


def _shown(call: Call, known: Property) -> dict[str, Any]:
    shown = msgspec.to_builtins(known)
    read_only = shown.pop("readOnly")
    shown.pop("length")
    moment = iso(call.now)
    fixed = {"archivable": not known.hubspot_defined, "readOnlyDefinition": known.hubspot_defined,
             "readOnlyValue": read_only}  # fmt: skip
    return {**shown, "createdAt": moment, "updatedAt": moment, "calculated": False, "externalOptions": False,
            "modificationMetadata": fixed}  # fmt: skip


def _batch(call: Call, results: list[Any], errors: list[Any]) -> dict[str, Any]:
    moment = iso(call.now)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": moment, "completedAt": moment}
    return body | {"numErrors": len(errors), "errors": errors} if errors else body
