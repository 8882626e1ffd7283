"""What passes over a sandbox's wire: one request in, one answer out, and what may befall the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

JSON: Final = "application/json; encoding=utf-8"
HTML: Final = "text/html; charset=utf-8"


class Fate(Enum):
    """What the caller gets to see of an answer."""

    GIVEN = "given"
    CUT = "cut"
    """The connection is reset instead of an answer."""
    SILENT = "silent"
    """Nothing comes; the caller's own time-out decides."""
    TORN = "torn"
    """Headers and half of the body come, then the connection ends."""


@dataclass(slots=True)
class Request:
    """One HTTP request. `query` keeps the first value of a repeated name; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    secure: bool
    opens_connection: bool
    """True for the first request of a connection: it has paid for TCP and TLS."""
    target: str


@dataclass(slots=True)
class Answer:
    """One HTTP answer. `wait_s` is held back before sending, after its records are written."""

    body: bytes
    kind: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    wait_s: float = 0.0
    fate: Fate = field(default=Fate.GIVEN)


Handler = Callable[[Request], Answer | Awaitable[Answer]]
Settle = Callable[[Callable[[bool], None]], None]
"""Calls back once everything noted so far is written (True), or could not be (False)."""
