"""What the admin API takes and gives; shared by the server and its client."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from yumen.sandbox.kit.troubles import Trouble
from yumen.sandbox.salesforce.records import DuplicateRule, Name, Org, ValidationRule

Text = Annotated[str, Meta(max_length=255)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of ours: unknown fields are refused."""


class AppChange(Shape):
    """Create or change an app; what is left out is made up or stays."""

    client_id: Annotated[str, Meta(min_length=8, max_length=200)] | UnsetType = UNSET
    client_secret: Annotated[str, Meta(min_length=8, max_length=200)] | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    certificate: Annotated[str, Meta(max_length=8000)] | UnsetType = UNSET
    username: Text | UnsetType = UNSET
    approved: bool | UnsetType = UNSET


class Rename(Shape):
    """Give an object's field another name."""

    field: Name
    to: Name


class RenameKeys(Shape):
    """HQ gives records another external id: `prefix` is put before it, for a share of all or for those named."""

    field: Name = "Yumen_Id__c"
    prefix: Annotated[str, Meta(min_length=1, max_length=20)] = "HQ-"
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    names: list[Text] = []


class Renamed(Shape):
    """How many records that changed."""

    records: int


class HqChange(Shape):
    """HQ's people change a record. `stamped_ago_s` is a long transaction: its stamp lies so far back."""

    fields: dict[str, Any]
    stamped_ago_s: Annotated[float, Meta(ge=0)] = 0.0


class RecordShown(Shape):
    """A record as it lies there; `writes` counts every save."""

    id: str
    object: str
    deleted: bool
    writes: int
    fields: dict[str, Any]


class Rules(Shape):
    """All validation rules and duplicate rules; what is left out stays."""

    validation: list[ValidationRule] | UnsetType = UNSET
    duplicates: list[DuplicateRule] | UnsetType = UNSET


class Held(Shape):
    """How many records of an object there are, and in the recycle bin."""

    object: str
    live: int
    deleted: int


class Overview(Shape):
    """The sandbox at a glance."""

    notice: str
    seed: int
    now: float
    offset_s: float
    org_id: str
    org: Org
    troubles: list[Trouble]
    locked: list[str]
    validation: list[ValidationRule]
    duplicates: list[DuplicateRule]
    held: list[Held]
    calls: int
    calls_today: int
    sessions: int
    jobs: int
