"""Associations, the little of them that a shop needs: link two records, list links, take a link away."""

from __future__ import annotations

from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.events import happened
from yumen.sandbox.hubspot.filing import API, find_kind
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.refusals import bad_request, not_found
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.shelf import Row

LINKS: Final = "~links"
"""Shelf of associations: `type:id:type` to ids."""


def link(call: Call) -> Reply:
    """`PUT /crm/v4/objects/{object}/{id}/associations[/default]/{to}/{to_id}`."""
    kind, other = call.kind(), _other(call)
    ident, target = call.part("id"), call.part("to_id")
    for known, name in ((kind, ident), (other, target)):
        row = call.world.shelf.get(known.name, [name]).get(name)
        if row is None or row.gone:
            raise not_found("One of the objects to associate does not exist")
    _join(call.world, kind, ident, other, target)
    happened(call.world, kind, ident, "associationChange", {}, API)
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    result = {"from": {"id": ident}, "to": {"id": target}, "associationSpec": types[0]}
    return Reply({"status": "COMPLETE", "results": [result]})


def links(call: Call) -> Reply:
    """`GET /crm/v4/objects/{object}/{id}/associations/{to}`."""
    kind, other = call.kind(), _other(call)
    found = _linked(call.world, f"{kind.name}:{call.part('id')}:{other.name}")
    types = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": None}]
    return Reply({"results": [{"toObjectId": int(one), "associationTypes": types} for one in found]})


def unlink(call: Call) -> Reply:
    """`DELETE /crm/v4/objects/{object}/{id}/associations/{to}/{to_id}`: 204."""
    kind, other = call.kind(), _other(call)
    ident, target = call.part("id"), call.part("to_id")
    for name, one in ((f"{kind.name}:{ident}:{other.name}", target), (f"{other.name}:{target}:{kind.name}", ident)):
        _set_links(call.world, name, [linked for linked in _linked(call.world, name) if linked != one])
    return Reply(status=204)


def link_from(world: World, kind: Kind, ident: str, wanted: Any) -> None:
    """The associations that a create call brings. Raises Refusal."""
    for one in wanted if isinstance(wanted, list) else []:
        target = str(one.get("to", {}).get("id", "")) if isinstance(one, dict) else ""
        for other in world.kinds.values():
            row = world.shelf.get(other.name, [target]).get(target)
            if row is not None and not row.gone:
                _join(world, kind, ident, other, target)
                break
        else:
            raise bad_request(f"Invalid to object id: {target[:40]}")


def _join(world: World, kind: Kind, ident: str, other: Kind, target: str) -> None:
    for name, one in ((f"{kind.name}:{ident}:{other.name}", target), (f"{other.name}:{target}:{kind.name}", ident)):
        _set_links(world, name, list(dict.fromkeys([*_linked(world, name), one])))


def _linked(world: World, name: str) -> list[str]:
    row = world.shelf.get(LINKS, [name]).get(name)
    return row.fields["to"] if row else []


def _set_links(world: World, name: str, idents: list[str]) -> None:
    world.shelf.put(LINKS, Row(name, world.now(), False, {"to": idents}), {}, {})


def _other(call: Call) -> Kind:
    other = find_kind(call.world, call.part("to"))
    if other is None:
        raise bad_request(f"Unable to infer object type from: {call.part('to')}")
    return other
