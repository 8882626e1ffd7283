"""Judge one record as the platform would before it is saved: fields, required ones, rules, duplicates, locks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.filing import Draft, Fields, find_kind, find_live, key_text, rows_of_ids
from yumen.sandbox.salesforce.idents import read_id
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.refusals import WORDS, Fault, Refusal
from yumen.sandbox.salesforce.schema import BUSINESS_RECORD_TYPE, PERSON_RECORD_TYPE
from yumen.sandbox.salesforce.values import fitted
from yumen.sandbox.salesforce.world import World

_CHECK_ACCESS: Final = (
    "Please check the security settings of this field and verify that it is read/write for your profile or "
    "permission set."
)
_PLATFORM: Final = frozenset({"User", "RecordType"})
_PERSON_TRIGGERS: Final = ("LastName", "FirstName", "PersonEmail", "PersonMobilePhone")


@dataclass(slots=True)
class Judge:
    """For the records of one call: what it must know of its neighbours in the call, and of the troubles switched on."""

    world: World
    allow_save: bool = False
    refuse_record: Callable[[], str] = lambda: ""
    taken: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Unique values claimed by earlier records of this call."""
    count_new: int = 0
    looked_up: str = ""
    """The external id field by which every record of this call was looked up already: nobody else has those values."""

    lenient: bool = False
    """A value of a wrong type is that record's fault only, as in CSV, where everything is text."""

    def judge(self, draft: Draft, sent: Mapping[str, Any]) -> None:
        """Fill the draft with what was sent. Raises Fault, or Refusal where the whole call is malformed."""
        try:
            self._judge(draft, sent)
        except Refusal as refusal:
            if not self.lenient:
                raise
            raise Fault("INVALID_TYPE_ON_FIELD_IN_RECORD", refusal.message) from None

    def _judge(self, draft: Draft, sent: Mapping[str, Any]) -> None:
        kind, fields = draft.object, draft.fields
        if code := self.refuse_record():
            raise Fault(code, WORDS.get(code, code.replace("_", " ").lower()))
        self._check_locks(draft)
        for name, value in sent.items():
            if name != "attributes":
                self._set(draft, name, value)
        if kind.name == "Account":
            _settle_person(self.world, draft)
        self._check_required(draft)
        self._check_rules(draft)
        self._check_unique(draft)
        self._check_duplicates(draft)
        self._check_storage(draft)
        if draft.created:
            for name, value in kind.defaults.items():
                fields.setdefault(name, value)

    def _set(self, draft: Draft, name: str, value: Any) -> None:
        kind = draft.object
        if isinstance(value, dict):
            self._relate(draft, name, value)
            return
        known = find_field(kind, name)
        if known is None:
            raise no_such_column(kind, name)
        if known.name == "Id":
            if draft.created or value != draft.fields["Id"]:
                raise Fault("INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {name}.", (name,))
            return
        allowed = known.createable if draft.created else known.updateable
        if not allowed:
            words = f"Unable to create/update fields: {known.name}. {_CHECK_ACCESS}"
            raise Fault("INVALID_FIELD_FOR_INSERT_UPDATE", words, (known.name,))
        judged = fitted(known, value)
        if known.type == "reference" and judged is not None:
            self._check_reference(known, judged)
        if judged is None:
            draft.fields.pop(known.name, None)
        else:
            draft.fields[known.name] = judged

    def _relate(self, draft: Draft, name: str, wanted: Mapping[str, Any]) -> None:
        """`Contact__r: {Ext__c: …}`: the lookup is set by the other record's external id."""
        known = next((f for f in draft.object.fields.values() if f.relationship.lower() == name.lower()), None)
        target = self.world.objects.get(known.refers_to) if known else None
        keys = {key: value for key, value in wanted.items() if key != "attributes"}
        if known is None or target is None or len(keys) != 1:
            raise no_such_column(draft.object, name)
        ((key, value),) = keys.items()
        outer = find_field(target, key)
        if outer is None or not outer.external_id:
            raise no_such_column(target, key)
        rows = find_live(self.world, target, outer, [value]).get(key_text(outer, value), [])
        if len(rows) != 1:
            words = f"Foreign key external ID: {value} not found for field {outer.name} in entity {target.name}"
            raise Fault("INVALID_FIELD", words)
        draft.fields[known.name] = rows[0].id

    def _check_reference(self, known: Field, ident: str) -> None:
        if known.refers_to in _PLATFORM:
            return
        kind = find_kind(self.world, ident)
        row = rows_of_ids(self.world, kind, [ident]).get(ident) if kind and kind.name == known.refers_to else None
        if row is None:
            raise Fault("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if row.gone:
            raise Fault("ENTITY_IS_DELETED", "entity is deleted", (known.name,))

    def _check_locks(self, draft: Draft) -> None:
        locked = self.world.settings.locked
        if not locked or draft.row is None:
            return
        names = {draft.row.id, draft.key, *(str(value) for value in draft.row.fields.values())}
        if names.intersection(locked):
            words = f"unable to obtain exclusive access to this record or 1 records: {draft.row.id}"
            raise Fault("UNABLE_TO_LOCK_ROW", words)

    def _check_required(self, draft: Draft) -> None:
        missing = [name for name in draft.object.required if draft.fields.get(name) is None]
        if draft.object.name == "Account":
            name = "LastName" if draft.fields.get("IsPersonAccount") else "Name"
            missing += [] if draft.fields.get(name) else [name]
        if missing:
            words = f"Required fields are missing: [{', '.join(missing)}]"
            raise Fault("REQUIRED_FIELD_MISSING", words, tuple(missing))

    def _check_rules(self, draft: Draft) -> None:
        for rule in self.world.settings.rules:
            if rule.object != draft.object.name:
                continue
            value = draft.fields.get(rule.field)
            if value is not None and not _compiled(rule.pattern).fullmatch(str(value)):
                raise Fault("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, (rule.field,))

    def _check_unique(self, draft: Draft) -> None:
        kind = draft.object
        own = draft.row.id if draft.row else ""
        for known in kind.unique:
            value = draft.fields.get(known.name)
            if value is None or (draft.row is not None and draft.row.fields.get(known.name) == value):
                continue
            text = key_text(known, value)
            other = self.taken.get((kind.name, known.name, text), "")
            if not other and known.name != self.looked_up:
                rows = find_live(self.world, kind, known, [value]).get(text, [])
                other = next((row.id for row in rows if row.id != own), "")
            if other:
                words = f"duplicate value found: {known.name} duplicates value on record with id: {other[:15]}"
                raise Fault("DUPLICATE_VALUE", words)
            self.taken[kind.name, known.name, text] = own or "a record of this call"

    def _check_duplicates(self, draft: Draft) -> None:
        for rule in self.world.settings.duplicates:
            if rule.object != draft.object.name or (rule.action == "alert" and self.allow_save):
                continue
            alike = self._alike(draft, rule.fields)
            if alike:
                matches = [{"matchRecords": [{"record": {"Id": row.id}} for row in alike]}]
                result = {"allowSave": rule.action == "alert", "matchResults": matches}
                words = "Use one of these records?"
                raise Fault("DUPLICATES_DETECTED", words, (), (("duplicateResult", result),))

    def _alike(self, draft: Draft, names: list[str]) -> list[Row]:
        known = [one for name in names if (one := draft.object.fields.get(name)) is not None]
        if not known or any(draft.fields.get(one.name) is None for one in known):
            return []
        first = next((one for one in known if one.indexed or one.unique), None)
        if first is None:
            rows = [row for row in self.world.shelf.scan(draft.object.name) if not row.gone]
        else:
            value = draft.fields[first.name]
            rows = find_live(self.world, draft.object, first, [value]).get(key_text(first, value), [])
        own = draft.row.id if draft.row else ""
        return [row for row in rows if row.id != own and _same(row.fields, draft.fields, known)]

    def _check_storage(self, draft: Draft) -> None:
        limit = self.world.settings.org.records_max
        if limit is None or not draft.created:
            return
        held = sum(self.world.shelf.count(name) for name in self.world.objects)
        if held + self.count_new >= limit:
            raise Fault("STORAGE_LIMIT_EXCEEDED", WORDS["STORAGE_LIMIT_EXCEEDED"])
        self.count_new += 1


def find_field(kind: Object, name: str) -> Field | None:
    """A field by its name; case does not matter."""
    known = kind.fields.get(name)
    return kind.lower.get(name.lower()) if known is None else known


def find_object(world: World, name: str) -> Object:
    """An object by its name; case does not matter. Raises Refusal (404)."""
    kind = world.objects.get(name)
    if kind is None:
        wanted = name.lower()
        kind = next((one for one in world.objects.values() if one.name.lower() == wanted), None)
    if kind is None:
        raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
    return kind


def no_such_column(kind: Object, name: str) -> Refusal:
    """The whole call is refused."""
    return Refusal(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind.name}")


def new_draft(kind: Object, row: Row | None, sent: Fields, key: str = "") -> Draft:
    """A draft over a copy of what the row holds."""
    return Draft(kind, dict(row.fields) if row else {}, row, sent, key)


def _settle_person(world: World, draft: Draft) -> None:
    """An Account becomes a person account by its record type, or by having a person's fields and no Name."""
    fields = draft.fields
    if draft.created:
        wanted = fields.get("RecordTypeId")
        person = wanted == PERSON_RECORD_TYPE or (wanted is None and any(fields.get(name) for name in _PERSON_TRIGGERS))
        if person and not world.settings.org.person_accounts:
            raise Fault("INVALID_FIELD_FOR_INSERT_UPDATE", "Person Accounts are not enabled.", ("RecordTypeId",))
        fields["IsPersonAccount"] = person
        fields["RecordTypeId"] = PERSON_RECORD_TYPE if person else BUSINESS_RECORD_TYPE
    if not fields.get("IsPersonAccount"):
        return
    sent = {name.lower() for name in (draft.sent or {})}
    if "name" in sent:
        raise Fault("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Name.", ("Name",))


def _same(one: Fields, other: Fields, known: list[Field]) -> bool:
    return all(key_text(field, one.get(field.name)) == key_text(field, other.get(field.name)) for field in known)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def shape_id(text: str) -> str:
    """The id in its 18 characters. Raises Fault."""
    ident = read_id(text)
    if ident is None:
        raise Fault("MALFORMED_ID", f"malformed id {text[:40]}")
    return ident
