"""The nouns of the simulated org, as they lie in the state file. Times are the sandbox's own, in seconds."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from yumen.sandbox.kit.crm_memory import CrmSettings

FieldType = Literal[
    "id", "string", "textarea", "email", "phone", "picklist", "boolean", "int", "double", "currency", "date",
    "datetime", "reference", "url",
]  # fmt: skip
JobState = Literal["Open", "UploadComplete", "InProgress", "JobComplete", "Failed", "Aborted"]
Name = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9_]{0,79}$")]


class Field(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A field of an object. `length` counts characters of text; `places` (before, after the point) bound a number."""

    name: Name
    label: str = ""
    type: FieldType = "string"
    length: int = 255
    places: tuple[int, int] = (16, 2)
    required: bool = False
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    indexed: bool = False
    createable: bool = True
    updateable: bool = True
    picklist: list[str] = []
    restricted: bool = False
    refers_to: str = ""
    relationship: str = ""
    default: bool | None = None


class Object(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, dict=True):
    """An sObject: its key prefix (three characters) and its fields by name."""

    name: Name
    label: str = ""
    plural: str = ""
    prefix: Annotated[str, Meta(pattern="^[0-9a-zA-Z]{3}$")]
    fields: dict[str, Field]
    made: int = 0
    """Record numbers given out."""

    @cached_property
    def lower(self) -> dict[str, Field]:
        """Fields by lower-case name."""
        return {field.name.lower(): field for field in self.fields.values()}

    @cached_property
    def keyed(self) -> list[Field]:
        """Fields by which records are found."""
        return [field for field in self.fields.values() if field.external_id or field.unique or field.indexed]

    @cached_property
    def unique(self) -> list[Field]:
        """Fields no two records may share a value of."""
        return [field for field in self.fields.values() if field.unique]

    @cached_property
    def required(self) -> list[str]:
        """Names of fields that must have a value."""
        return [field.name for field in self.fields.values() if field.required]

    @cached_property
    def defaults(self) -> dict[str, bool]:
        """What a new record begins with."""
        return {field.name: field.default for field in self.fields.values() if field.default is not None}

    def changed(self) -> None:
        """Fields were added, taken away or changed."""
        self.__dict__.clear()


class ValidationRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A value of `field` that does not match the whole pattern is refused with the message."""

    object: str
    field: str
    pattern: Annotated[str, Meta(max_length=300)]
    message: Annotated[str, Meta(max_length=255)] = "The value is not accepted."


class DuplicateRule(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Records alike in all these fields are duplicates: refused (`block`), or only without allowSave (`alert`)."""

    object: str
    fields: list[str]
    action: Literal["block", "alert"] = "block"


class App(msgspec.Struct, kw_only=True):
    """An External Client App: consumer key and secret, the certificate of the JWT flow, the user it runs as."""

    client_id: str
    client_secret: str
    name: str = "Yumen gateway"
    certificate: str = ""
    """PEM: an X.509 certificate or a public key, RSA."""
    username: str = "gateway@yumen.example"
    approved: bool = True


class Session(msgspec.Struct, kw_only=True):
    """An access token; a successful call resets its life."""

    token: str
    client_id: str
    username: str
    used_at: float
    calls: int = 0


class Job(msgspec.Struct, kw_only=True):
    """A Bulk API 2.0 ingest job."""

    id: str
    object: str
    operation: Literal["insert", "update", "upsert", "delete", "hardDelete"]
    external_id_field: str = ""
    line_ending: Literal["LF", "CRLF"] = "LF"
    delimiter: str = "COMMA"
    state: JobState = "Open"
    api_version: str = "68.0"
    created_at: float
    changed_at: float
    processed: int = 0
    failed: int = 0
    rows: int = 0
    uploaded: bool = False
    error: str = ""
    due_at: float = 0.0
    spent_ms: int = 0


class Org(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How this org is set up, and how it answers."""

    daily_calls: Annotated[int, Meta(ge=0)] = 100_000
    token_life_s: Annotated[float, Meta(gt=0)] = 7_200.0
    token_calls_max: Annotated[int, Meta(ge=1)] | None = None
    """A token dies after so many calls: in the middle of a batch."""
    same_session: bool = False
    """A login gives the live session again, as real orgs may."""
    skew_s: float = 0.0
    """How far the org's signature clock is from ours."""
    records_max: Annotated[int, Meta(ge=0)] | None = None
    person_accounts: bool = True
    refuse_deletes: bool = False
    body_of_204: bool = True
    """Since API 46.0 an update by external id answers 200 with a body; off: 204."""
    query_batch: Annotated[int, Meta(ge=1, le=2000)] = 2000
    bulk_wait_s: Annotated[float, Meta(ge=0)] = 0.2
    bulk_chunk: Annotated[int, Meta(ge=1, le=10_000)] = 2_000
    bulk_shuffles: bool = True
    bulk_fails_after: Annotated[int, Meta(ge=0)] | None = None
    """A job ends as Failed after so many records; the rest are unprocessed."""
    refuse_sessions: bool = False
    """A login succeeds and its session is refused: a frozen user, an address that is not allowed."""
    long_calls: bool = False
    """Too many long calls are running: every call is refused, as with ConcurrentRequests."""


class Settings(CrmSettings, kw_only=True):
    """Of the sandbox itself."""

    org_id: str = ""
    org: Org = msgspec.field(default_factory=Org)
    rules: list[ValidationRule] = msgspec.field(default_factory=list)
    duplicates: list[DuplicateRule] = msgspec.field(default_factory=list)
    spent: list[tuple[float, int]] = msgspec.field(default_factory=list)
    """Calls of the last 24 hours, counted by minute."""
