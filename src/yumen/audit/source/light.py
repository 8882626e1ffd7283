"""What a look at the bytes finds in a script that is not read in full: API names, addresses, open-types."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from yumen.audit.source.apis import names
from yumen.audit.source.facts import Facts, Literal

TRACES_MAX: Final = 2_000
_API: Final = re.compile(rb"\b(?:wx|uni|Taro)\.((?:cloud\.)?[a-z][A-Za-z]{3,40})\b")
_ADDRESS: Final = re.compile(rb"""["'`]((?:https?|wss?)://[^\s"'`<>{}]{4,300})["'`]""")


def traces(path: str, source: bytes, reason: str) -> Facts:
    """Facts of a file that was only looked at."""
    facts = Facts(path=path, size=len(source), lines=source.count(b"\n") + 1, light=reason)
    seen: set[bytes] = set()
    for found in _API.finditer(source):
        if found[1] not in seen and len(seen) < TRACES_MAX:
            seen.add(found[1])
            facts.traces.append((found[1].decode(), found.start()))
    for number, found in enumerate(_ADDRESS.finditer(source)):
        if number >= TRACES_MAX:
            break
        facts.literals.append(Literal(found[1].decode("utf-8", "replace"), found.start(1), found.end(1)))
    return facts


def held(source: bytes) -> list[str]:
    """Names of the privacy guide's interfaces that are called on something, whatever the code calls `wx`."""
    return sorted({found.decode() for found in _privacy_calls().findall(source)})


@cache
def _privacy_calls() -> re.Pattern[bytes]:
    return re.compile(rf"\.({'|'.join(sorted(names().privacy))})\b".encode())
