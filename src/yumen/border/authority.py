"""A court or agency abroad asks for somebody's data: block it, write it down, raise the alarm (PIPL art. 41).

Nothing is given. Whether anything ever is, the competent authority in China decides, outside this house.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from yumen.border.contract import MAINLAND
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

NOT_ABROAD: Final = Code("authority.not_abroad", 422)

BLOCKED: Final = LeafKind("authority.blocked", "request", "country", "recipient")

_COUNTRY: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class AuthorityBlocked:
    """A request was blocked: whoever listens tells the people who must know. No personal value."""

    handler: int
    request: str
    country: str


@recorded
async def block(uow: UnitOfWork, country: str, recipient: str) -> str:
    """Block a request from that country (ISO 3166-1), received here or by that recipient; answers its id.

    Raises `authority.not_abroad`.
    """
    if country == MAINLAND or not _COUNTRY.fullmatch(country):
        raise NOT_ABROAD(at="/country")
    request = new_id("far")
    await uow.emit(AuthorityBlocked(uow.handler, request, country))
    await trail.record(uow, BLOCKED.name, request=request, country=country.lower(), recipient=recipient)
    return request
