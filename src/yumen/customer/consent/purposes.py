"""On which ground each purpose rests, and for which of them PIPL wants a separate consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yumen.security.datamap import Basis, Purpose


@dataclass(frozen=True, slots=True)
class Ground:
    """The PIPL art. 13(1) ground of a purpose; `separate` is the article that wants a separate consent (单独同意)."""

    basis: Basis
    separate: int | None = None

    @property
    def asks(self) -> bool:
        """Must the person be asked? Where contract or law suffices, asking would only pretend a choice."""
        return self.basis is Basis.CONSENT


GROUNDS: Final[Mapping[Purpose, Ground]] = {
    Purpose.ACCOUNT: Ground(Basis.CONTRACT),
    Purpose.SALE: Ground(Basis.CONTRACT),
    Purpose.MEMBERSHIP: Ground(Basis.CONTRACT),
    Purpose.EVIDENCE: Ground(Basis.LEGAL_DUTY),
    Purpose.SECURITY: Ground(Basis.LEGAL_DUTY),
    Purpose.PROFILE: Ground(Basis.CONSENT),
    Purpose.MARKETING: Ground(Basis.CONSENT),
    Purpose.SHARING: Ground(Basis.CONSENT, separate=23),
    Purpose.PUBLICATION: Ground(Basis.CONSENT, separate=25),
    Purpose.IMAGING: Ground(Basis.CONSENT, separate=26),
    Purpose.SENSITIVE: Ground(Basis.CONSENT, separate=29),
    Purpose.EXPORT: Ground(Basis.CONSENT, separate=39),
}
