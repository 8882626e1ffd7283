"""What a recipient's refusal of a whole call means. Decided on status and code, never on a message.

What no repetition mends (the request's shape, access, a wrong address) is Rejected: the connection stops and people
look; no person is at fault. What passes (load, quota, a dead session) is NotSent. What is not understood is Unsettled:
asking is cheap, and nothing is resent that has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from yumen.gateway.connectors.connector import Record, Value
from yumen.kit.errors import NotSent, Rejected, Unsettled

Failure = NotSent | Rejected | Unsettled

OTHER: Final = "OTHER"
"""A code that we do not repeat: it has no code's shape, or holds one of the values that were sent."""
RETRY_AFTER_MAX_S: Final = 3_600
LOCKED_OUT: Final = frozenset({"connector.login_refused", "connector.session_refused"})
"""The recipient knows us no more: nobody was sent, and nobody will be until people have mended the credentials."""
PASSING_LOGIN: Final = frozenset({"rate_limit_exceeded", "temporarily_unavailable", "server_error"})

_REFUSED: Final = frozenset({400, 409, 411, 412, 413, 414, 415, 422, 428, 431})
_MISPLACED: Final = frozenset({404, 405, 406, 410, 420})
_SLOWER: Final = frozenset({423, 425, 429, 477})
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{2,63}", re.ASCII)
_PLACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}", re.ASCII)
_ECHO_MIN: Final = 2
"""Shorter values are found in every code."""


def failure_of(system: str, status: int, code: str, retry_after_s: int = 0) -> Failure:
    """The failure of a whole call, by status. `code` is one of the recipient's that we know; facts hold no text."""
    facts: dict[str, str | int] = {"system": system, "status": status}
    if retry_after_s:
        facts["retry_after_s"] = retry_after_s
    if status in _REFUSED:
        return Rejected("connector.refused", code, **facts)
    if status == 401:
        return NotSent("connector.session_refused", code, **facts)
    if status in {402, 403, 407}:
        return Rejected("connector.access_refused", code, **facts)
    if status in _MISPLACED:
        return Rejected("connector.address_wrong", code, **facts)
    if status in _SLOWER:
        return NotSent("connector.throttled", code, **facts)
    if 300 <= status < 400:
        return Unsettled("connector.redirected", code, **facts)
    return Unsettled("connector.failed", code, **facts)


def login_refusal(system: str, status: int, code: str) -> NotSent:
    """A refused login: people must look, unless the recipient is busy. Either way nobody was on the way."""
    busy = status >= 500 or status == 429 or code in PASSING_LOGIN
    what = "connector.login_unanswered" if busy else "connector.login_refused"
    return NotSent(what, code, system=system, status=status)


def unreadable(system: str) -> Unsettled:
    """It answered, and what it said cannot be read or does not fit the question."""
    return Unsettled("connector.answer_unreadable", system=system)


def retry_after_s(headers: Mapping[str, str]) -> int:
    """Seconds of `Retry-After`, bounded; 0 when it says none (a date counts as none)."""
    said = headers.get("retry-after", "").strip()
    return min(int(said), RETRY_AFTER_MAX_S) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def known(said: str, codes: Iterable[str]) -> str:
    """A code of a whole call: only what stands in our table is repeated."""
    return said if said in codes else (OTHER if said else "")


def code_of(said: str, record: Record) -> str:
    """The recipient's code on one record, if it looks like one and holds nothing of what we sent."""
    return said if _CODE.fullmatch(said) and not _echoes(said, record) else OTHER


def place_of(said: str, record: Record) -> str:
    """The field that the recipient names, if it looks like a name and holds nothing of what we sent."""
    return said if _PLACE.fullmatch(said) and not _echoes(said, record) else ""


def _echoes(said: str, record: Record) -> bool:
    folded = said.casefold()
    return any(len(text) >= _ECHO_MIN and text in folded for text in _texts(record))


def _texts(record: Record) -> Iterable[str]:
    yield record.external_id.casefold()
    values: Iterable[Value] = record.values.values()
    for value in values:
        if value is not None and not isinstance(value, bool):
            yield str(value).casefold()
