"""Record ids as Salesforce makes them: three characters of the object, nine of a counter, three that check the case."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHAPE: Final = re.compile(r"[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?")
SERVER: Final = "5g"


def new_id(prefix: str, number: int) -> str:
    """The 18-character id of the number-th record. Ids rise with the number."""
    tail = ""
    for _ in range(8):
        number, digit = divmod(number, 62)
        tail = _DIGITS[digit] + tail
    return long_id(f"{prefix}{SERVER}00{tail}"[:15])


def long_id(ident: str) -> str:
    """18 characters from 15: three more that carry the case of the first fifteen."""
    suffix = ""
    for at in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(ident[at : at + 5]) if "A" <= letter <= "Z")
        suffix += _CHECK[bits]
    return ident + suffix


def read_id(text: str) -> str | None:
    """The 18-character form of an id, or None for what cannot be one."""
    if not _SHAPE.fullmatch(text):
        return None
    ident = long_id(text[:15])
    return ident if text in {ident, ident[:15]} else None
