"""Judge the properties of one record: known, writable, of their type, unique, not blocked, not locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yumen.sandbox.hubspot.calls import Call
from yumen.sandbox.hubspot.filing import Values, find_live, is_blocked
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.refusals import Fault, detail, invalid
from yumen.sandbox.hubspot.values import Unfit, fitted
from yumen.sandbox.kit.shelf import Row

_WORDS = {
    "RATE_LIMITS": (429, "You have reached your limit."),
    "LOCKED": (423, "The record is locked by another operation; wait at least two seconds."),
}


@dataclass(slots=True)
class Draft:
    """A record as it will be; `row` is what the shelf holds now."""

    kind: Kind
    values: Values
    sent: Mapping[str, Any]
    row: Row | None


@dataclass(slots=True)
class Judge:
    """For the records of one call."""

    call: Call
    kind: Kind
    looked_up: str = ""
    """The unique property by which the records of this call were looked up already."""
    taken: dict[tuple[str, str], str] = field(default_factory=dict)

    def judge(self, row: Row | None, sent: Mapping[str, Any]) -> Draft:
        """The draft of a record. Raises Fault."""
        if code := self.call.course.refuse_record():
            status, words = _WORDS.get(code, (400, code.replace("_", " ").capitalize()))
            raise Fault(status, code, words)
        if not isinstance(sent, Mapping):
            raise Fault(400, "VALIDATION_ERROR", "properties must be an object")
        self._check_lock(row)
        values: Values = dict(row.fields) if row else {}
        wrong: list[Mapping[str, Any]] = []
        for name, value in sent.items():
            known = self.kind.properties.get(name.lower())
            if known is None or known.archived:
                wrong.append(detail(f'Property \\"{name}\\" does not exist', "PROPERTY_DOESNT_EXIST", name))
            elif known.read_only:
                words = f'\\"{name}\\" is a read only property; its value cannot be set.'
                wrong.append(detail(words, "READ_ONLY_VALUE", name))
            else:
                try:
                    values[known.name] = fitted(known, value)
                except Unfit as unfit:
                    wrong.append(unfit.detail)
        if wrong:
            raise invalid(wrong)
        self._check_unique(row, values)
        return Draft(self.kind, values, sent, row)

    def _check_lock(self, row: Row | None) -> None:
        locked = self.call.world.settings.locked
        if locked and row is not None and {str(value) for value in row.fields.values()}.intersection(locked):
            status, words = _WORDS["LOCKED"]
            raise Fault(status, "LOCKED", words)

    def _check_unique(self, row: Row | None, values: Values) -> None:
        world = self.call.world
        for name in self.kind.unique:
            value = values.get(name)
            if not value or (row is not None and row.fields.get(name) == value):
                continue
            if name == "email" and is_blocked(world, value):
                words = "This contact was permanently deleted for privacy reasons and cannot be created again"
                raise Fault(400, "VALIDATION_ERROR", words, (detail(words, "GDPR_DELETED", name),))
            text = str(value).lower()
            other = self.taken.get((name, text), "")
            if not other and name != self.looked_up:
                found = find_live(world, self.kind, name, [text]).get(text)
                other = found.id if found else ""
            if other and (row is None or other != row.id):
                raise self._conflict(name, other)
            self.taken[name, text] = row.id if row else "a record of this call"

    def _conflict(self, name: str, other: str) -> Fault:
        if name == "email":
            return Fault(409, "CONFLICT", f"Contact already exists. Existing ID: {other}")
        words = f"Cannot set PropertyValueCoordinates: property {name} has a unique value that is taken by {other}"
        return Fault(409, "CONFLICT", words, (detail(words, "CONFLICTING_UNIQUE_VALUE", name),))
