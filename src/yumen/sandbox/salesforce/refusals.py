"""How Salesforce refuses: a whole call (a JSON array with `errorCode`), or one record (`statusCode`).

Messages are worded as the real ones are known to be: some repeat the value that was sent, which a caller must not log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

SESSION_INVALID: Final = "Session expired or invalid"
REQUEST_LIMIT: Final = "TotalRequests Limit exceeded."
LONG_CALLS: Final = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
NOT_FOUND_URL: Final = "The requested resource does not exist"
WORDS: Final[dict[str, str]] = {
    "INVALID_SESSION_ID": SESSION_INVALID,
    "REQUEST_LIMIT_EXCEEDED": REQUEST_LIMIT,
    "SERVER_UNAVAILABLE": "The server is too busy or under maintenance. Please try again later.",
    "UNKNOWN_EXCEPTION": "An unexpected error occurred. Please include this ErrorId if you contact support",
    "UNABLE_TO_LOCK_ROW": "unable to obtain exclusive access to this record",
    "API_DISABLED_FOR_ORG": "The REST API is not enabled for this Organization.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "insufficient access rights on object id",
    "DELETE_FAILED": "Your attempt to delete this record could not be completed.",
    "STORAGE_LIMIT_EXCEEDED": "storage limit exceeded",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "PersonTrigger: execution of BeforeInsert caused by: "
    "System.NullPointerException",
}


class Refusal(Exception):
    """The whole call is refused."""

    def __init__(self, status: int, code: str, message: str = "", body: Any = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message or WORDS.get(code, code)
        self._body = body

    def body(self) -> Any:
        """What the caller reads."""
        return [{"message": self.message, "errorCode": self.code}] if self._body is None else self._body


class LoginRefused(Exception):
    """The token endpoint's refusal (RFC 6749 shape)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """One record is refused."""

    code: str
    message: str
    fields: tuple[str, ...] = ()
    more: tuple[tuple[str, Any], ...] = ()

    def shown(self) -> dict[str, Any]:
        """In the result of a collection."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}

    def alone(self) -> dict[str, Any]:
        """In the answer of a single-record call, which names the code differently."""
        return {"message": self.message, "errorCode": self.code, "fields": list(self.fields), **dict(self.more)}
