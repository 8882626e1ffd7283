"""The personal fields of what is brought from another system."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity

EXTERNAL: Final = Field(
    holding="inbound.member",
    name="external",
    kind=Kind.MEMBER_NUMBER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("inbound.member.external_sealed", "inbound.member.external_index", "inbound.suppressed.external_index"),
    indexed=True,
)


def _waiting(name: str, kind: Kind) -> Field:
    """Rests on the consent that is waited for: kept apart and used for nothing until it is given."""
    return Field(
        holding="inbound.waiting",
        name=name,
        kind=kind,
        sensitivity=Sensitivity.GENERAL,
        purpose=Purpose.PROFILE,
        basis=Basis.CONSENT,
        retention=RetentionClass.MEMBERSHIP,
        columns=(f"inbound.waiting.{name}_sealed",),
    )


NICKNAME: Final = _waiting("nickname", Kind.NICKNAME)
BIRTHDAY: Final = _waiting("birthday", Kind.BIRTHDAY)

PAST_ORDER: Final = Field(
    holding="inbound.past_order",
    name="lines",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.TRANSACTION,
    columns=("inbound.past_order.lines",),
)

LEGACY: Final = Field(
    holding="inbound.legacy_consent",
    name="state",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.MEMBERSHIP,
    columns=("inbound.legacy_consent.state",),
)
