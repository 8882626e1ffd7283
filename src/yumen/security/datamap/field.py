"""One personal field: what it is, how sensitive, for which purpose, on which ground, under which key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Basis(StrEnum):
    """PIPL art. 13(1): the grounds on which personal information may be handled."""

    CONSENT = "consent"
    CONTRACT = "contract"
    HUMAN_RESOURCES = "human_resources"
    LEGAL_DUTY = "legal_duty"
    EMERGENCY = "emergency"
    PUBLIC_INTEREST = "public_interest"
    DISCLOSED = "disclosed"


class Purpose(StrEnum):
    """Why a field is kept. The last five are those for which PIPL wants a separate consent."""

    ACCOUNT = "account"
    SALE = "sale"
    MEMBERSHIP = "membership"
    PROFILE = "profile"
    MARKETING = "marketing"
    EVIDENCE = "evidence"
    SECURITY = "security"
    SHARING = "sharing"
    PUBLICATION = "publication"
    IMAGING = "imaging"
    SENSITIVE = "sensitive"
    EXPORT = "export"


class Kind(StrEnum):
    """What a field is."""

    OPENID = "openid"
    UNIONID = "unionid"
    PHONE = "phone"
    NAME = "name"
    NICKNAME = "nickname"
    AVATAR = "avatar"
    BIRTHDAY = "birthday"
    REGION = "region"
    ADDRESS = "address"
    EMAIL = "email"
    DEVICE = "device"
    NETWORK_ADDRESS = "network_address"
    ANSWER = "answer"
    CREDENTIAL = "credential"
    MEMBER_NUMBER = "member_number"
    POINTS = "points"
    AGE = "age"
    TIER = "tier"
    PURCHASES = "purchases"
    SPENDING = "spending"
    PURCHASE_DAY = "purchase_day"


class Sensitivity(StrEnum):
    """General, sensitive (PIPL art. 28) or of a minor under 14 (sensitive by law)."""

    GENERAL = "general"
    SENSITIVE = "sensitive"
    MINOR = "minor"


class RetentionClass(StrEnum):
    """Which key seals a field: leaving the club must not destroy the order that law keeps."""

    MEMBERSHIP = "membership"
    TRANSACTION = "transaction"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Field:
    """One personal field. `holding` and `name` are bound into every ciphertext; renaming one needs a re-seal.

    `columns` are where it lies (`identity.alias.openid_sealed`), blind index included; `indexed` says whether equality
    search over it exists.
    """

    holding: str
    name: str
    kind: Kind
    sensitivity: Sensitivity
    purpose: Purpose
    basis: Basis
    retention: RetentionClass
    columns: tuple[str, ...]
    indexed: bool = False
    address: str = field(init=False, compare=False, repr=False)  # told once: every sealing binds it

    def __post_init__(self) -> None:
        """Join holding and name."""
        object.__setattr__(self, "address", f"{self.holding}.{self.name}")
