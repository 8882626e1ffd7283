"""Write one line of the trail: which act, when, by whom, about whom; in codes and pseudonymous numbers only.

A leaf is the ASCII JSON array `["y1", kind, at_ms, actor, handler, {facts}, subject]` without spaces, facts sorted
by name. The subject (a dense number, or null) is last, so that a statement which learns it only in SQL can add it:
`prefix(…) || subject || ']'`. A leaf is never changed or erased; so nothing in it may be a personal value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from yumen.kit.ids import SubjectId
from yumen.kit.names import DIGITS_MAX
from yumen.kit.work import Actor, UnitOfWork
from yumen.security.trail import store

VERSION: Final = "y1"
BODY_BYTES_MAX: Final = 1024
FACTS_MAX: Final = 12
LIST_MAX: Final = 16
WORD_MAX: Final = 64
NUMBER_MAX: Final = 2**53 - 1

_KIND: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ID: Final = re.compile(r"[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_OPENID: Final = re.compile(r"o[a-z0-9_-]{27}")
_PHONE: Final = re.compile(r"(?:0{0,2}86)?1[3-9][0-9]{9}")

FactValue = int | str | None | Sequence[int | str]


class UnfitLeafError(ValueError):
    """A leaf that says what the trail must not hold, or a kind or fact that nobody declared: our defect."""


@dataclass(frozen=True, slots=True)
class LeafKind:
    """One kind of act. Declaring it registers it; its text in `locales/` has the key `leaf.<name>`."""

    name: str
    facts: frozenset[str]

    declared: ClassVar[dict[str, LeafKind]] = {}

    def __init__(self, name: str, *facts: str) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "facts", frozenset(facts))
        if not _KIND.fullmatch(name) or len(name) > WORD_MAX or not all(_NAME.fullmatch(fact) for fact in facts):
            raise ValueError(f"leaf kind {name} or one of its facts is no code")
        if LeafKind.declared.setdefault(name, self) != self:
            raise ValueError(f"leaf kind {name} is declared with other facts elsewhere")


async def record(uow: UnitOfWork, kind: str, subject: SubjectId | None = None, **facts: FactValue) -> None:
    """Add the leaf of one act to this unit: one INSERT, nothing else. Raises UnfitLeafError."""
    await store.insert_entry(uow.conn, encode(kind, uow.now, uow.actor, subject, facts))
    uow.tally.leaves += 1


def encode(
    kind: str, at: datetime, actor: Actor, subject: SubjectId | None, facts: Mapping[str, FactValue] | None = None
) -> bytes:
    """The canonical bytes of a leaf. Raises UnfitLeafError."""
    return prefix(kind, at, actor, facts) + (b"null" if subject is None else b"%d" % subject) + b"]"


def prefix(kind: str, at: datetime, actor: Actor, facts: Mapping[str, FactValue] | None = None) -> bytes:
    """A leaf without its subject and closing bracket, for a statement that adds both. Raises UnfitLeafError."""
    told = facts or {}
    declared = LeafKind.declared.get(kind)
    if declared is None:
        raise UnfitLeafError(f"leaf kind {kind} is not declared")
    if unknown := told.keys() - declared.facts:
        raise UnfitLeafError(f"leaf kind {kind} has no fact {min(unknown)}")
    if len(told) > FACTS_MAX:
        raise UnfitLeafError(f"leaf kind {kind} has more than {FACTS_MAX} facts")
    line = [
        VERSION,
        kind,
        round(at.timestamp() * 1000),
        _word("actor", actor.id),
        actor.handler,
        {name: _fit(name, told[name]) for name in sorted(told)},
    ]
    body = msgspec.json.encode(line)[:-1] + b","
    if len(body) > BODY_BYTES_MAX - len("-9223372036854775808]"):
        raise UnfitLeafError(f"leaf of kind {kind} is longer than {BODY_BYTES_MAX} bytes")
    return body


def _fit(name: str, value: FactValue) -> FactValue:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _number(name, value)
    if isinstance(value, str):
        return _word(name, value)
    if isinstance(value, list | tuple) and len(value) <= LIST_MAX:
        return [_number(name, item) if isinstance(item, int) else _word(name, item) for item in value]
    raise UnfitLeafError(f"fact {name} is neither a code, an id, a whole number, a hash nor a short list of these")


def _number(name: str, value: int) -> int:
    if abs(value) > NUMBER_MAX or _PHONE.fullmatch(str(value)):
        raise UnfitLeafError(f"fact {name} is a number that may name a person")
    return value


def _word(name: str, value: str) -> str:
    """A code, an outside id or a SM3 hash; never something that looks like a phone number, an openid or a name."""
    if not isinstance(value, str) or not value.isascii():
        raise UnfitLeafError(f"fact {name} is not a code")
    if _ID.fullmatch(value) or _HASH.fullmatch(value):
        return value
    digits = sum(character.isdigit() for character in value)
    if (
        len(value) > WORD_MAX
        or digits > DIGITS_MAX
        or not _WORD.fullmatch(value)
        or (_OPENID.fullmatch(value) and digits)
    ):
        raise UnfitLeafError(f"fact {name} is neither a code, an id nor a hash")
    return value
