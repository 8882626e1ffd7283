"""Find what is wrong with a data map: pure, so that a test, the start of the server and a lawyer see the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from yumen.law.numbers import Bound, UnknownNumberError, number
from yumen.security.datamap.field import Basis, Field, Kind, Purpose, Sensitivity
from yumen.security.datamap.holding import Holding, People

GROUNDS: Final[dict[Purpose, frozenset[Basis]]] = {
    Purpose.ACCOUNT: frozenset({Basis.CONTRACT}),
    Purpose.SALE: frozenset({Basis.CONTRACT, Basis.LEGAL_DUTY}),
    Purpose.MEMBERSHIP: frozenset({Basis.CONTRACT}),
    Purpose.PROFILE: frozenset({Basis.CONSENT}),
    Purpose.MARKETING: frozenset({Basis.CONSENT}),
    Purpose.EVIDENCE: frozenset({Basis.LEGAL_DUTY}),
    Purpose.SECURITY: frozenset({Basis.LEGAL_DUTY, Basis.CONTRACT, Basis.HUMAN_RESOURCES}),
    Purpose.SHARING: frozenset({Basis.CONSENT}),
    Purpose.PUBLICATION: frozenset({Basis.CONSENT}),
    Purpose.IMAGING: frozenset({Basis.CONSENT}),
    Purpose.SENSITIVE: frozenset({Basis.CONSENT}),
    Purpose.EXPORT: frozenset({Basis.CONSENT, Basis.CONTRACT}),
}
"""On which grounds of PIPL art. 13 each purpose may rest. There is no "legitimate interest" in that law."""

NEVER_SENSITIVE: Final = frozenset({Kind.OPENID, Kind.UNIONID, Kind.NICKNAME, Kind.REGION, Kind.DEVICE, Kind.ANSWER})
"""Kinds that GB/T 45574-2025 does not list: they are general, or a minor's, never sensitive by themselves."""

CLEAR_KINDS: Final = frozenset(
    {
        *(Kind.ANSWER, Kind.NETWORK_ADDRESS, Kind.DEVICE, Kind.CREDENTIAL, Kind.POINTS, Kind.AGE, Kind.TIER),
        *(Kind.PURCHASES, Kind.SPENDING, Kind.PURCHASE_DAY),
    }
)
"""Kinds that may lie unsealed: codes, shortened addresses, hashes, sums, days."""

_COLUMN: Final = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z0-9_]+")
_SEALED: Final = ("_sealed", "_index")


def faults(holdings: Sequence[Holding], on: date) -> list[str]:
    """Everything wrong with these holdings, one line each; empty when the map is sound."""
    found = [*_repeated(holdings)]
    for holding in holdings:
        found += (f"{holding.name}: {fault}" for fault in _of_holding(holding, on))
        for field in holding.fields:
            found += (f"{field.address}: {fault}" for fault in _of_field(holding, field))
    return found


def _repeated(holdings: Sequence[Holding]) -> Iterator[str]:
    fields = [field for holding in holdings for field in holding.fields]
    for what, names in (
        ("holding", [holding.name for holding in holdings]),
        ("field", [field.address for field in fields]),
        ("column", [column for field in fields for column in field.columns]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{what} {name} is declared {times} times"


def _of_holding(holding: Holding, on: date) -> Iterator[str]:
    if not holding.fields:
        yield "has no fields"
    if holding.people is People.SHOPPERS and (holding.hand_over is None or holding.erase is None):
        yield "is about shoppers and cannot be handed over and erased"
    try:
        law = number(holding.keep.law, on)
    except UnknownNumberError:
        yield f"is kept by a law number that is not in force: {holding.keep.law}"
        return
    if law.bound is Bound.AT_LEAST and holding.keep.days < law.days:
        yield f"is kept {holding.keep.days} days, {law.name} wants at least {law.days}"
    if law.bound is Bound.AT_MOST and holding.keep.days > law.days:
        yield f"is kept {holding.keep.days} days, {law.name} allows at most {law.days}"


def _of_field(holding: Holding, field: Field) -> Iterator[str]:
    if field.holding != holding.name:
        yield f"says it belongs to {field.holding}"
    if field.retention is not holding.retention:
        yield f"is sealed under {field.retention}, its holding under {holding.retention}"
    if field.basis not in GROUNDS[field.purpose]:
        yield f"purpose {field.purpose} cannot rest on {field.basis}"
    if field.sensitivity is Sensitivity.SENSITIVE and field.kind in NEVER_SENSITIVE:
        yield f"kind {field.kind} is not sensitive by itself"
    if not field.columns:
        yield "lies in no column"
    for column in field.columns:
        if not _COLUMN.fullmatch(column):
            yield f"column {column} is not schema.table.column"
        elif holding.people is People.SHOPPERS and field.kind not in CLEAR_KINDS and not column.endswith(_SEALED):
            yield f"column {column} would hold it in clear"
    if field.indexed != any(column.endswith("_index") for column in field.columns):
        yield "`indexed` and its columns disagree"
