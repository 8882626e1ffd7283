"""The only ways in which a value may be changed for leaving. Pure; no error ever tells a value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from yumen.border.contract import Change, Line
from yumen.kit.crypto import hmac_sm3

Value = str | int

STARS: Final = "****"
"""Always as many: the length of a value says something about it."""
_YEAR: Final = re.compile(r"(\d{4})-\d{2}-\d{2}")


class UnfitValueError(ValueError):
    """A value that the declared change does not fit. It names the field, never the value."""

    def __init__(self, line: Line) -> None:
        super().__init__(f"{line.field} does not fit {line.change.value}")


def change(line: Line, value: Value, salt: bytes) -> Value:
    """The value as it may leave. `salt` is the recipient's, used for hashes only. Raises UnfitValueError."""
    match line.change:
        case Change.PASS:
            return value
        case Change.MASK:
            return mask(str(value), line.keep)
        case Change.YEAR if isinstance(value, str) and (day := _YEAR.fullmatch(value)):
            return int(day[1])
        case Change.HASH if salt:
            return hmac_sm3(salt, str(value).encode()).hex()
        case Change.BUCKET if isinstance(value, int) and line.edges:
            return bucket(value, line.edges)
    raise UnfitValueError(line) from None


def mask(value: str, keep: int) -> str:
    """Stars and the last `keep` characters; a value that is not more than twice as long as that is stars only."""
    return STARS + (value[-keep:] if keep and len(value) > 2 * keep else "")


def bucket(value: int, edges: Sequence[int]) -> str:
    """`100-499` for 250 with the edges 0, 100, 500; `<0` and `500+` at the ends."""
    place = bisect_right(edges, value)
    if place == 0:
        return f"<{edges[0]}"
    if place == len(edges):
        return f"{edges[-1]}+"
    return f"{edges[place - 1]}-{edges[place] - 1}"


def grouped(line: Line, value: Value) -> Value:
    """The group of an aggregate to which a value belongs: a range where edges are given, the year of a day."""
    if isinstance(value, int):
        return bucket(value, line.edges) if line.edges else value
    day = _YEAR.fullmatch(value)
    return int(day[1]) if day else value
