"""The personal fields of loyalty: number and tier, the record of points, what a person agreed to be sent."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity

NUMBER: Final = Field(
    holding="loyalty.member",
    name="number",
    kind=Kind.MEMBER_NUMBER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("loyalty.member.number_sealed", "loyalty.member.number_index"),
    indexed=True,
)
TIER: Final = Field(
    holding="loyalty.member",
    name="tier",
    kind=Kind.TIER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("loyalty.member.tier",),
)
CARD_CODE: Final = Field(
    holding="loyalty.member",
    name="card_code",
    kind=Kind.CREDENTIAL,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("loyalty.card_code.code_hash",),
)
POINTS: Final = Field(
    holding="loyalty.posting",
    name="points",
    kind=Kind.POINTS,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.TRANSACTION,
    columns=("loyalty.posting.points", "loyalty.entry.points"),
)
MESSAGES: Final = Field(
    holding="loyalty.message",
    name="answers",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("loyalty.message_right.left_count", "loyalty.message.facts"),
)
