"""Who another system means: the members that were brought before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.app.transfer import member_store
from yumen.app.transfer.fields import EXTERNAL
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.vault import Vault

MEMBER_UNKNOWN: Final = Code("transfer.member_unknown", 422)
"""Members come first."""


async def known_members(uow: UnitOfWork, source: str, externals: Sequence[str]) -> list[SubjectId | None]:
    """The person of each, after merges; None for those who were not brought, or were erased since."""
    index = uow.use(Vault).index
    indexes = [index(uow.handler, EXTERNAL, f"{source}/{external}") for external in externals]
    found = await member_store.find_members(uow.conn, uow.handler, source, indexes)
    return [found.get(one) for one in indexes]
