"""The personal fields of a profile: the phone number of the membership, and what a person adds by choice."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity

PHONE: Final = Field(
    holding="profile.phone",
    name="phone",
    kind=Kind.PHONE,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.MEMBERSHIP,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("profile.phone.phone_sealed", "profile.phone.phone_index"),
    indexed=True,
)


def _chosen(holding: str, name: str, kind: Kind) -> Field:
    """A field that is kept because the person agreed to a profile, and for nothing else."""
    return Field(
        holding=holding,
        name=name,
        kind=kind,
        sensitivity=Sensitivity.GENERAL,
        purpose=Purpose.PROFILE,
        basis=Basis.CONSENT,
        retention=RetentionClass.MEMBERSHIP,
        columns=(f"{holding}.{name}_sealed",),
    )


NICKNAME: Final = _chosen("profile.detail", "nickname", Kind.NICKNAME)
BIRTHDAY: Final = _chosen("profile.detail", "birthday", Kind.BIRTHDAY)
REGION: Final = _chosen("profile.detail", "region", Kind.REGION)
PICTURE: Final = _chosen("profile.avatar", "picture", Kind.AVATAR)

AGE: Final = Field(
    holding="profile.age",
    name="band",
    kind=Kind.AGE,
    sensitivity=Sensitivity.MINOR,
    purpose=Purpose.SECURITY,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.MEMBERSHIP,
    columns=("profile.age.band", "profile.age.until_on"),
)
GUARDIAN: Final = Field(
    holding="profile.guardian",
    name="consent",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.EVIDENCE,
    columns=("profile.guardian.consented_at", "profile.guardian.withdrawn_at"),
)
