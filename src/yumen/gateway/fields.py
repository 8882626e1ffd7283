"""The personal fields of the gate: the name by which a recipient knows a person, and what was found true of them."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity

EXTERNAL_ID: Final = Field(
    holding="gateway.presence",
    name="external_id",
    kind=Kind.MEMBER_NUMBER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.EVIDENCE,
    columns=("gateway.presence.external_sealed", "gateway.presence.external_index"),
    indexed=True,
)
"""Sealed under the evidence key, which leaving the membership does not destroy: a recall must still find its name."""
GROUND: Final = Field(
    holding="gateway.ground",
    name="fact",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.EVIDENCE,
    columns=("gateway.ground.fact", "gateway.ground.reason"),
)
"""That somebody was in danger, or their information was collected abroad: codes only."""
