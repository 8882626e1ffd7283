"""HubSpot's webhooks: who may say so (signature v3), and what their events say. Pure.

Source: HubSpot, "Validating requests", "Webhooks"; facts and vectors in tests/unit/gateway/inbound.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from yumen.gateway.inbound.meaning import Kind, Right, Rule, Statement, index_of, state
from yumen.kit.errors import Code
from yumen.security.datamap import Purpose

WRONG: Final = Code("abroad.signature_wrong", 401)
STALE: Final = Code("abroad.signature_stale", 401)
UNREADABLE: Final = Code("abroad.unreadable", 400)

WINDOW_S: Final = 300
EVENTS_MAX: Final = 100
DECODED: Final = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
"""What HubSpot writes plainly in the address that it signs."""
_ENCODED: Final = re.compile("|".join(DECODED), re.IGNORECASE)

CHANGED: Final = frozenset({"contact.propertyChange", "object.propertyChange"})
FORGOTTEN: Final = "contact.privacyDeletion"
DELETED: Final = frozenset({"contact.deletion", "object.deletion", FORGOTTEN})

RULES: Final = (
    Rule("hs_email_optout", purpose=Purpose.MARKETING),
    Rule("yumen_export_optout", purpose=Purpose.EXPORT),
    Rule("yumen_rights_request"),
)
"""HubSpot's own opt-out of all e-mail, and two properties that the connection makes."""


class Event(Struct, frozen=True, rename="camel"):
    """One event of a delivery, as far as it is needed; what else comes is not read."""

    object_id: Annotated[int, Meta(ge=0)]
    occurred_at: Annotated[int, Meta(ge=0, le=10**14)]
    event_id: int = 0
    subscription_id: int = 0
    subscription_type: Annotated[str, Meta(max_length=64)] = ""
    event_type: Annotated[str, Meta(max_length=64)] = ""
    property_name: Annotated[str, Meta(max_length=128)] = ""
    property_value: Annotated[str, Meta(max_length=4096)] | None = ""

    @property
    def kind(self) -> str:
        return self.subscription_type or self.event_type


class Said(Struct, frozen=True):
    """What an event says of the record of that number."""

    record: str
    statement: Statement


def check(
    secrets: Sequence[bytes], method: str, address: str, body: bytes, timestamp: str, signature: str, now: datetime
) -> None:
    """Is this from HubSpot, and fresh? Any of the secrets will do, while one is being replaced.

    `address` is the public one, whole. Raises `abroad.signature_wrong`, `abroad.signature_stale`.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 14):
        raise WRONG()
    plain = _ENCODED.sub(lambda found: DECODED[found[0].upper()], address)
    signed = method.encode() + plain.encode() + body + timestamp.encode()
    given = signature.encode("utf-8", "surrogatepass")
    fits = [
        hmac.compare_digest(base64.b64encode(hmac.new(secret, signed, sha256).digest()), given) for secret in secrets
    ]
    if not any(fits):
        raise WRONG()
    if abs(now.timestamp() - int(timestamp) / 1000) > WINDOW_S:
        raise STALE(seconds_max=WINDOW_S)


def read_deleted(body: bytes) -> set[str]:
    """Numbers of the records that a delivery says are no more. Raises `abroad.unreadable`."""
    return {str(event.object_id) for event in _events(body) if event.kind in DELETED}


def read(body: bytes, rules: Sequence[Rule]) -> list[Said]:
    """What a delivery says, the oldest first. Raises `abroad.unreadable`."""
    return [said for event in sorted(_events(body), key=lambda one: one.occurred_at) for said in _said(event, rules)]


def _events(body: bytes) -> list[Event]:
    try:
        events: list[Event] = msgspec.json.decode(body, type=Annotated[list[Event], Meta(max_length=EVENTS_MAX)])
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise UNREADABLE() from wrong
    return events


def _said(event: Event, rules: Sequence[Rule]) -> list[Said]:
    at = datetime.fromtimestamp(event.occurred_at / 1000, UTC)
    key = index_of(event.subscription_id, event.event_id, event.object_id, event.property_name, event.occurred_at)
    if event.kind == FORGOTTEN:
        return [Said(str(event.object_id), Statement(Kind.REQUEST, Right.DELETE.value, key, at))]
    if event.kind not in CHANGED:
        return []
    found = state(rules, event.property_name, event.property_value, key, at)
    return [Said(str(event.object_id), statement) for statement in found]
