"""Say what is kept about a shopper: field by field, why, on which ground, how long, and what leaving does to it.

The list that platforms and the ministry ask for (个人信息收集清单), read off the data map, so it cannot be out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from yumen.kit.i18n import Language, text
from yumen.law.numbers import LawNumber, Unit, number
from yumen.security.datamap import Holding, People, RetentionClass


class SaidField(Struct, frozen=True):
    """One field in the reader's language; `code` is its address in the data map."""

    code: str
    title: str
    purpose: str
    basis: str
    sensitive: bool


class Said(Struct, frozen=True):
    """One holding in the reader's language. `leaves` says whether it goes when the account is deleted."""

    code: str
    title: str
    fields: tuple[SaidField, ...]
    leaves: bool
    keep: str
    """How long, from when, why, and by which clause: sentences for a shopper."""


def told(holdings: Iterable[Holding], language: Language, on: date) -> list[Said]:
    """What is kept about shoppers, by the law of that day."""
    return [_said(holding, language, on) for holding in holdings if holding.people is People.SHOPPERS]


def _said(holding: Holding, language: Language, on: date) -> Said:
    law = number(holding.keep.law, on)
    return Said(
        code=holding.name,
        title=text(f"holding.{holding.name}", language),
        fields=tuple(
            SaidField(
                field.address,
                text(f"holding.{field.address}", language),
                text(f"datamap.purpose.{field.purpose}", language),
                text(f"rights.basis.{field.basis}", language),
                field.sensitivity.value != "general",
            )
            for field in holding.fields
        ),
        leaves=holding.retention is RetentionClass.MEMBERSHIP,
        keep=text(
            "rights.keep",
            language,
            span=_span(holding.keep.days, law, language),
            after=text(f"datamap.after.{holding.keep.after}", language),
            why=text(f"rights.keep.{law.name}", language),
            article=law.article(language),
        ),
    )


def _span(days: int, law: LawNumber, language: Language) -> str:
    """In years where the law counts them and no other time was chosen."""
    if law.unit is Unit.YEAR and days == law.days:
        return text("rights.span.years", language, years=law.value)
    return text("rights.span.days", language, days=days)
