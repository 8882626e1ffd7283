"""How HubSpot refuses: the Error of a whole call, the StandardError of one input, the details inside either."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Context = Mapping[str, Sequence[str]]


class Refusal(Exception):
    """The whole call is refused. `details` are ErrorDetails; `more` are members beside the usual ones."""

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        details: Sequence[Mapping[str, Any]] = (),
        context: Context | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(category)
        self.status = status
        self.category = category
        self.message = message
        self.details = details
        self.context = context
        self.more = more or {}

    def body(self) -> dict[str, Any]:
        """What the caller reads."""
        body: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
        }
        if self.details:
            body["errors"] = list(self.details)
        if self.context:
            body["context"] = dict(self.context)
        return {**body, **self.more}


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """One input is refused."""

    status: int
    category: str
    message: str
    details: tuple[Mapping[str, Any], ...] = ()
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def alone(self) -> Refusal:
        """As the refusal of a whole call."""
        return Refusal(self.status, self.category, self.message, details=self.details, context=self.context)

    def shown(self, trace: str | None = None) -> dict[str, Any]:
        """As a StandardError among the errors of a batch."""
        context = {name: list(values) for name, values in self.context.items()}
        if trace is not None:
            context["objectWriteTraceId"] = [trace]
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": context,
            "errors": list(self.details),
            "links": {},
        }


def detail(message: str, code: str, name: str) -> dict[str, Any]:
    """An ErrorDetail about a property."""
    return {"message": message, "code": code, "context": {"propertyName": [name]}}


def invalid(details: Sequence[Mapping[str, Any]]) -> Fault:
    """Property values that are not valid; the message repeats them, as the real one does."""
    lines = ", ".join(f'{{"isValid":false,"message":"{one["message"]}","error":"{one["code"]}"}}' for one in details)
    return Fault(400, "VALIDATION_ERROR", f"Property values were not valid: [{lines}]", tuple(details))


def bad_request(message: str, context: Context | None = None) -> Refusal:
    """A malformed call."""
    return Refusal(400, "VALIDATION_ERROR", message, context=context)


def not_found(message: str = "resource not found") -> Refusal:
    """404, as the objects API words it."""
    return Refusal(404, "OBJECT_NOT_FOUND", message)
