"""One holding: the personal fields a module keeps about a person, how long, how handed over and how erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap.field import Field, RetentionClass


class People(StrEnum):
    """Whose fields these are: shoppers (subjects), or the people who work for the brand."""

    SHOPPERS = "shoppers"
    STAFF = "staff"


class After(StrEnum):
    """The moment from which a retention period runs."""

    COLLECTED = "collected"
    LAST_USED = "last_used"
    ACCOUNT_CLOSED = "account_closed"
    WITHDRAWN = "withdrawn"
    CONTRACT_ENDED = "contract_ended"
    PURPOSE_ENDED = "purpose_ended"


@dataclass(frozen=True, slots=True)
class Keep:
    """Erase `days` after that moment. `law` names the number in `law/numbers.toml` which the period answers to."""

    days: int
    after: After
    law: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: rows gone, and rows that law still keeps, locked against every other use (PIPL art. 47)."""

    rows: int
    kept: int = 0


HandOver = Callable[[UnitOfWork, SubjectId], Awaitable[Mapping[str, object]]]
"""Give the person's values of this holding, opened, as plain JSON values by field name (PIPL art. 45)."""

Erase = Callable[[UnitOfWork, SubjectId], Awaitable[Erased]]
"""Erase the person's rows of this holding; the key is shredded by the vault, by retention class (PIPL art. 47)."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one module keeps. `name` (`identity.alias`) is the first half of every field's address.

    `retention` is the class whose key seals all its fields. A holding about staff is handed over and erased by the
    employer's own process, so it may leave both callables out; one about shoppers may not.
    """

    name: str
    module: str
    fields: tuple[Field, ...]
    retention: RetentionClass
    keep: Keep
    hand_over: HandOver | None = None
    erase: Erase | None = None
    people: People = People.SHOPPERS
