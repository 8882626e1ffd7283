"""For which purposes a person may not be asked at all; said by who knows ages, handed in by `app`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Purpose

BARRED: Final = Code("consent.barred", 403)


async def _nobody(uow: UnitOfWork, subject: SubjectId) -> frozenset[Purpose]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`barred` answers the purposes that must not be asked of that person."""

    barred: Callable[[UnitOfWork, SubjectId], Awaitable[frozenset[Purpose]]] = _nobody

    async def require(self, uow: UnitOfWork, subject: SubjectId, purpose: Purpose, at: str) -> None:
        """Raises `consent.barred`."""
        if purpose in await self.barred(uow, subject):
            raise BARRED(at=at, purpose=purpose.value)
