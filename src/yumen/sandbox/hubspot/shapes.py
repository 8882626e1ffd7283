"""What the admin API takes and gives; shared by the server and its client."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from yumen.sandbox.hubspot.records import HookRules, Portal, Subscription
from yumen.sandbox.kit.troubles import Trouble

Text = Annotated[str, Meta(max_length=255)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of ours: unknown fields are refused."""


class AppChange(Shape):
    """Change an app. `rotate` makes a new private token; the old one works for seven days more."""

    client_secret: Annotated[str, Meta(min_length=8, max_length=200)] | UnsetType = UNSET
    token: Annotated[str, Meta(min_length=8, max_length=200)] | UnsetType = UNSET
    refresh_token: Annotated[str, Meta(min_length=8, max_length=200)] | UnsetType = UNSET
    scopes: list[Text] | UnsetType = UNSET
    rotate: bool = False


class Hooks(Shape):
    """Where events go and which: pairs of event type and property name (empty where there is none)."""

    target_url: Annotated[str, Meta(max_length=500)]
    events: list[tuple[Text, Text]]


class RenameKeys(Shape):
    """HQ gives records another unique value: `prefix` is put before it, for a share of all or for those named."""

    property: Text
    prefix: Annotated[str, Meta(min_length=1, max_length=20)] = "hq-"
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    names: list[Text] = []


class Rename(Shape):
    """Give a property another name."""

    property: Text
    to: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,99}$")]


class Renamed(Shape):
    """How many records that changed."""

    records: int


class HqChange(Shape):
    """HQ's people change a record."""

    properties: dict[str, Any]


class RecordShown(Shape):
    """A record as it lies there; `writes` counts every save."""

    id: str
    object: str
    archived: bool
    writes: int
    properties: dict[str, Any]


class Held(Shape):
    """How many records of an object there are, and archived ones."""

    object: str
    live: int
    archived: int


class Overview(Shape):
    """The sandbox at a glance."""

    notice: str
    seed: int
    now: float
    offset_s: float
    portal_id: int
    portal: Portal
    hook_rules: HookRules
    target_url: str
    subscriptions: list[Subscription]
    troubles: list[Trouble]
    locked: list[str]
    held: list[Held]
    calls: int
    calls_today: int
    tokens: int
    deliveries_waiting: int
    blocked: int
