"""What a recipient's field, or event, means for a person here. Pure.

Only one direction counts: a recipient may say no for somebody, or pass on what they ask; it can never say yes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from yumen.kit.crypto import sm3
from yumen.security.datamap import Purpose

INDEX_BYTES: Final = 16
YES: Final = frozenset({"true", "yes", "1", "unsubscribed", "opted_out"})


class Kind(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    REQUEST = "request"


class Right(StrEnum):
    """What a person may ask for (PIPL art. 44 to 50)."""

    ACCESS = "access"
    COPY = "copy"
    PORTABILITY = "portability"
    CORRECT = "correct"
    DELETE = "delete"
    RESTRICT = "restrict"
    WITHDRAW = "withdraw"
    EXPLAIN = "explain"


STOPPING: Final = frozenset({Right.DELETE, Right.RESTRICT, Right.WITHDRAW})
"""Requests during which nothing more may leave."""


class Rule(Struct, frozen=True):
    """If `field` says yes, the person opted out of `purpose`; or a request: the field names the right itself."""

    field: str
    purpose: Purpose | None = None
    right: Right | None = None

    @property
    def matters(self) -> list[str]:
        """Everything that the field may speak of."""
        if self.purpose is not None:
            return [self.purpose.value]
        return [right.value for right in Right] if self.right is None else [self.right.value]


class Statement(Struct, frozen=True):
    """One thing said of one record. `key` tells it apart from every other; a repeat has the same."""

    kind: Kind
    matter: str
    key: bytes
    said_at: datetime

    @property
    def purpose(self) -> Purpose:
        """The purpose of an opt-out."""
        return Purpose(self.matter)


def state(
    rules: Iterable[Rule], field: str, value: str | bool | None, key: bytes, said_at: datetime
) -> list[Statement]:
    """What that value of that field says: nothing, one thing, or several where rules share the field."""
    found = []
    told = str(value).strip().lower() if value is not None else ""
    for rule in rules:
        if rule.field != field:
            continue
        if rule.purpose is not None:
            kind = Kind.OPT_OUT if told in YES else Kind.OPT_IN
            found.append(Statement(kind, rule.purpose.value, _index(key, rule.purpose.value), said_at))
        elif rule.right is not None and told in YES:
            found.append(Statement(Kind.REQUEST, rule.right.value, _index(key, rule.right.value), said_at))
        elif rule.right is None and told in set(Right):
            found.append(Statement(Kind.REQUEST, told, _index(key, told), said_at))
    return found


def index_of(*parts: str | int) -> bytes:
    """16 bytes that tell one message, or record, apart from others."""
    return sm3("\0".join(str(part) for part in parts).encode())[:INDEX_BYTES]


def _index(key: bytes, matter: str) -> bytes:
    return sm3(key + matter.encode())[:INDEX_BYTES]
