"""The personal fields of identity: what WeChat calls a person, and where they are logged in."""

from __future__ import annotations

from typing import Final

from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity

OPENID: Final = Field(
    holding="identity.alias",
    name="openid",
    kind=Kind.OPENID,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.ACCOUNT,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("identity.alias.openid_sealed", "identity.alias.openid_index"),
    indexed=True,
)
UNIONID: Final = Field(
    holding="identity.alias",
    name="unionid",
    kind=Kind.UNIONID,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.ACCOUNT,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("identity.alias.unionid_sealed", "identity.alias.unionid_index"),
    indexed=True,
)
DEVICE: Final = Field(
    holding="identity.session",
    name="device",
    kind=Kind.DEVICE,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.SECURITY,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=("identity.session.device",),
)
CREDENTIAL: Final = Field(
    holding="identity.session",
    name="credential",
    kind=Kind.CREDENTIAL,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.SECURITY,
    basis=Basis.CONTRACT,
    retention=RetentionClass.MEMBERSHIP,
    columns=(
        "identity.session.token_hash",
        "identity.session.previous_hash",
        "identity.session.session_key_sealed",
        "identity.session.previous_key_sealed",
    ),
)
