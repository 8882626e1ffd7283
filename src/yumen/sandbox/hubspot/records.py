"""The nouns of the simulated portal, as they lie in the state file. Times are the sandbox's own, in seconds."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from yumen.sandbox.kit.crm_memory import CrmSettings

PropertyType = Literal["string", "number", "date", "datetime", "enumeration", "bool", "phone_number"]
PropertyName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,99}$")]
Status = Literal["SUBSCRIBED", "UNSUBSCRIBED", "NOT_SPECIFIED"]


class Option(msgspec.Struct, kw_only=True, rename="camel"):
    """A choice of an enumeration."""

    label: str
    value: str
    display_order: int = -1
    hidden: bool = False
    description: str | None = None


class Property(msgspec.Struct, kw_only=True, rename="camel"):
    """A property of an object, with HubSpot's own names on the wire."""

    name: PropertyName
    label: str
    type: PropertyType
    field_type: str
    group_name: str
    description: str = ""
    options: list[Option] = []
    display_order: int = -1
    has_unique_value: bool = False
    hidden: bool = False
    form_field: bool = False
    data_sensitivity: str = "non_sensitive"
    hubspot_defined: bool = False
    read_only: bool = False
    length: int = 65_536
    archived: bool = False


class Group(msgspec.Struct, kw_only=True, rename="camel"):
    """Where properties are shown together."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False


class Kind(msgspec.Struct, kw_only=True, dict=True):
    """An object type: its name, its id (`0-1`, `2-…`), its properties and groups by name."""

    name: str
    type_id: str
    singular: str
    properties: dict[str, Property]
    groups: dict[str, Group]

    @cached_property
    def unique(self) -> list[str]:
        """Names of properties no two records may share a value of."""
        return [name for name, known in self.properties.items() if known.has_unique_value]

    def changed(self) -> None:
        """Properties were added, taken away or changed."""
        self.__dict__.clear()


class App(msgspec.Struct, kw_only=True):
    """A private app (a static token) that is also an OAuth app (client id and secret) with webhooks."""

    app_id: int
    name: str = "Yumen gateway"
    token: str
    old_tokens: dict[str, float] = {}
    """Rotated tokens and when their grace ends."""
    client_id: str
    client_secret: str
    refresh_token: str
    code: str = ""
    scopes: list[str] = []


class Access(msgspec.Struct, kw_only=True):
    """An OAuth access token."""

    token: str
    app_id: int
    expires_at: float


class Subscription(msgspec.Struct, kw_only=True, rename="camel"):
    """What a webhook is told: an event type, and for changes the property."""

    id: str
    event_type: str
    property_name: str = ""
    active: bool = True
    created_at: float = 0.0
    updated_at: float = 0.0


class HookRules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How deliveries behave; the spacing of attempts is not published and is drawn around `retry_s`."""

    timeout_s: Annotated[float, Meta(gt=0, le=60)] = 5.0
    retry_s: Annotated[float, Meta(ge=0)] = 60.0
    attempts_max: Annotated[int, Meta(ge=1, le=20)] = 11
    events_max: Annotated[int, Meta(ge=1, le=100)] = 100
    wait_s: Annotated[float, Meta(ge=0)] = 0.05
    """Events of this span go out together."""
    duplicates: bool = False
    shuffles: bool = False
    """Events within a delivery come in any order."""
    wrong_signature: bool = False
    old_timestamp_s: Annotated[float, Meta(ge=0)] = 0.0
    """The signature's timestamp lies so far back."""


class Delivery(msgspec.Struct, kw_only=True):
    """A batch of events on its way."""

    id: str
    events: list[dict[str, Any]]
    due_at: float
    state: Literal["waiting", "delivered", "dropped"] = "waiting"
    attempt: int = 0
    outcomes: list[str] = []


class Portal(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How this portal is set up, and how it answers."""

    burst_max: Annotated[int, Meta(ge=0)] = 190
    """Calls in ten rolling seconds, per app."""
    daily_max: Annotated[int, Meta(ge=0)] = 625_000
    search_max: Annotated[int, Meta(ge=0)] = 5
    """Searches in a rolling second."""
    search_lag_s: Annotated[float, Meta(ge=0)] = 1.0
    token_life_s: Annotated[float, Meta(gt=0)] = 1_800.0
    token_calls_max: Annotated[int, Meta(ge=1)] | None = None
    """An OAuth token dies after so many calls: in the middle of a batch."""
    shuffles: bool = True
    """Results of a batch come in any order."""
    refuse_deletes: bool = False
    gdpr_lag_s: Annotated[float, Meta(ge=0)] = 0.0
    """A privacy deletion takes so long: until then the contact can be read."""
    data_privacy: bool = False
    """With data-privacy settings on, a subscription status needs a legal basis."""
    app_removed: bool = False
    """The app was taken off the portal: its tokens and its refresh token are refused."""
    rotates_refresh_tokens: bool = False
    """Every refresh gives another refresh token and ends the one that was shown, as OAuth 2.1 has it."""


class Settings(CrmSettings, kw_only=True):
    """Of the sandbox itself."""

    portal_id: int = 0
    portal: Portal = msgspec.field(default_factory=Portal)
    hook_rules: HookRules = msgspec.field(default_factory=HookRules)
    target_url: str = ""
    concurrency: int = 10
    subscriptions: list[Subscription] = msgspec.field(default_factory=list)
    made: int = 0
    events: int = 0
    day: str = ""
    spent: int = 0
