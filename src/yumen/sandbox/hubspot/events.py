"""Turn what happened to a record into webhook events, and gather them into deliveries of at most a hundred."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from yumen.sandbox.hubspot.records import Delivery, Kind, Subscription
from yumen.sandbox.hubspot.world import World

_SUBJECTS: Final = {"0-1": "contact", "0-2": "company"}
_FLAGS: Final = {"creation": "CREATED", "deletion": "DELETED", "privacyDeletion": "DELETED", "restore": "RESTORED"}
EVENT_TYPES: Final = tuple(
    f"{subject}.{what}"
    for subject in ("contact", "company", "object")
    for what in ("creation", "deletion", "privacyDeletion", "propertyChange", "restore", "merge", "associationChange")
)


def happened(world: World, kind: Kind, ident: str, what: str, changed: Mapping[str, Any], source: str) -> None:
    """Tell every subscription that wants to hear of it."""
    events = [*_events(world, kind, ident, what, changed, source)]
    for event in events:
        _post(world, event)
    if events:
        world.wake()


def _events(
    world: World, kind: Kind, ident: str, what: str, changed: Mapping[str, Any], source: str
) -> Iterator[dict[str, Any]]:
    subject = _SUBJECTS.get(kind.type_id, "object")
    for subscription in world.settings.subscriptions:
        if not subscription.active:
            continue
        if subscription.event_type == f"{subject}.{what}" and what != "propertyChange":
            yield _event(world, kind, subscription, ident, source) | {"changeFlag": _FLAGS.get(what, "NEW")}
        if subscription.event_type == f"{subject}.propertyChange" and subscription.property_name in changed:
            value = changed[subscription.property_name]
            event = _event(world, kind, subscription, ident, source)
            yield event | {"propertyName": subscription.property_name, "propertyValue": str(value)}


def _event(world: World, kind: Kind, subscription: Subscription, ident: str, source: str) -> dict[str, Any]:
    settings = world.settings
    settings.events += 1
    app = next(iter(world.apps.values()))
    event: dict[str, Any] = {
        "eventId": 3_000_000_000 + settings.events,
        "subscriptionId": int(subscription.id),
        "portalId": settings.portal_id,
        "appId": app.app_id,
        "occurredAt": int(world.now() * 1000),
        "subscriptionType": subscription.event_type,
        "attemptNumber": 0,
        "objectId": int(ident),
        "changeSource": source,
    }
    return event if kind.type_id.startswith("0-") else event | {"objectTypeId": kind.type_id}


def _post(world: World, event: dict[str, Any]) -> None:
    """Into the delivery that is being gathered, or a new one; with the duplicates switch twice."""
    rules = world.settings.hook_rules
    for _ in range(1 + rules.duplicates):
        gathering = next(reversed(world.deliveries.values()), None)
        ready = gathering is None or gathering.state != "waiting" or gathering.attempt > 0
        if gathering is None or ready or len(gathering.events) >= rules.events_max:
            name = f"d{world.settings.events}-{len(world.deliveries)}"
            gathering = Delivery(id=name, events=[], due_at=world.now() + rules.wait_s)
            world.deliveries[name] = gathering
        gathering.events.append(dict(event))
        world.keep("delivery", gathering.id, gathering)
    world.save_settings()
