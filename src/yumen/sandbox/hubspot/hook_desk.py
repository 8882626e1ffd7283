"""The webhooks API of an app: its target address and its subscriptions."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.events import EVENT_TYPES
from yumen.sandbox.hubspot.records import Subscription
from yumen.sandbox.hubspot.refusals import bad_request, not_found
from yumen.sandbox.hubspot.values import iso
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.sender import NoLoopback, read_target


def show_settings(call: Call) -> Reply:
    """`GET /webhooks/v3/{app}/settings`."""
    if not call.world.settings.target_url:
        raise not_found()
    return Reply(_settings(call))


def change_settings(call: Call) -> Reply:
    """`PUT /webhooks/v3/{app}/settings`: here loopback addresses only."""
    body = call.json()
    url = str(body.get("targetUrl", ""))
    try:
        read_target(url)
    except NoLoopback:
        raise bad_request("targetUrl must be a loopback address: this is a sandbox") from None
    throttling = body.get("throttling")
    most = throttling.get("maxConcurrentRequests", 10) if isinstance(throttling, dict) else 10
    if not isinstance(most, int) or most < 1:
        raise bad_request("maxConcurrentRequests must be a whole number")
    call.world.settings.target_url, call.world.settings.concurrency = url, most
    call.world.save_settings()
    return Reply(_settings(call))


def end_settings(call: Call) -> Reply:
    """`DELETE /webhooks/v3/{app}/settings`: 204."""
    call.world.settings.target_url = ""
    call.world.save_settings()
    return Reply(status=204)


def list_subscriptions(call: Call) -> Reply:
    """`GET /webhooks/v3/{app}/subscriptions`."""
    return Reply({"results": [_shown(one) for one in call.world.settings.subscriptions]})


def subscribe(call: Call) -> Reply:
    """`POST /webhooks/v3/{app}/subscriptions`: 201."""
    body = call.json()
    kind, name = str(body.get("eventType", "")), str(body.get("propertyName") or "")
    if kind not in EVENT_TYPES or (kind.endswith(".propertyChange") and not name):
        raise bad_request("eventType is not known, or propertyName is missing")
    made = add_subscription(call.world, kind, name, active=bool(body.get("active", False)))
    return Reply(_shown(made), 201)


def show_subscription(call: Call) -> Reply:
    """`GET /webhooks/v3/{app}/subscriptions/{id}`."""
    return Reply(_shown(_known(call)))


def change_subscription(call: Call) -> Reply:
    """`PATCH /webhooks/v3/{app}/subscriptions/{id}`: on or off."""
    known = _known(call)
    known.active, known.updated_at = bool(call.json().get("active")), call.now
    call.world.save_settings()
    return Reply(_shown(known))


def end_subscription(call: Call) -> Reply:
    """`DELETE /webhooks/v3/{app}/subscriptions/{id}`: 204."""
    call.world.settings.subscriptions.remove(_known(call))
    call.world.save_settings()
    return Reply(status=204)


def add_subscription(world: World, event_type: str, property_name: str, *, active: bool) -> Subscription:
    """One more subscription."""
    numbers = [int(one.id) for one in world.settings.subscriptions]
    made = Subscription(
        id=str(max(numbers, default=2_000_000) + 1),
        event_type=event_type,
        property_name=property_name,
        active=active,
        created_at=world.now(),
        updated_at=world.now(),
    )
    world.settings.subscriptions.append(made)
    world.save_settings()
    return made


def _known(call: Call) -> Subscription:
    wanted = call.part("id")
    for one in call.world.settings.subscriptions:
        if one.id == wanted:
            return one
    raise not_found()


def _shown(one: Subscription) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(one)
    shown |= {"createdAt": iso(one.created_at), "updatedAt": iso(one.updated_at)}
    if not one.property_name:
        del shown["propertyName"]
    return shown


def _settings(call: Call) -> dict[str, Any]:
    settings = call.world.settings
    throttling = {"maxConcurrentRequests": settings.concurrency, "period": "SECONDLY"}
    moment = iso(call.now)
    return {"targetUrl": settings.target_url, "throttling": throttling, "createdAt": moment, "updatedAt": moment}
