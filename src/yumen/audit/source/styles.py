"""Style sheets, lightly: what they import from elsewhere and how small their text is."""

from __future__ import annotations

import re
from typing import Final

import msgspec

REMOTE_MAX: Final = 200
_REMOTE: Final = re.compile(rb"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^\s"')]{3,300})""")


class Style(msgspec.Struct, frozen=True):
    """One style sheet: addresses with their place, and bytes that are pictures or fonts written into it."""

    path: str
    size: int
    remote: tuple[tuple[str, int], ...]
    embedded: int


def read(path: str, source: bytes) -> Style:
    """What of a style sheet concerns the audit."""
    remote = tuple(
        (found[1].decode("utf-8", "replace"), found.start(1)) for found in list(_REMOTE.finditer(source))[:REMOTE_MAX]
    )
    return Style(path, len(source), remote, _embedded(source))


def _embedded(source: bytes) -> int:
    """Bytes of pictures and fonts that are written into it, looked for from one bracket to the next."""
    found, at = 0, source.find(b"url(")
    while at >= 0:
        end = source.find(b")", at)
        if end < 0:
            return found
        if source[at + 4 : at + 40].lstrip(b" \t\r\n\"'").startswith(b"data:"):
            found += end + 1 - at
        at = source.find(b"url(", end)
    return found
