"""Find a person by a sealed value: index it, ask the module that keeps it, count the search and leave a leaf.

The rows with an index belong to the modules' own tables and go with the erased person. Logging in by openid is no
search: it asks for one's own row, through `index`.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.datamap import Field
from yumen.security.trail import LeafKind
from yumen.security.vault import store
from yumen.security.vault.values import Vault

SEARCH_LIMIT: Final = Code("vault.search_limit", 429)
SEARCHED: Final = LeafKind("vault.searched", "field", "found")

Finder = Callable[[UnitOfWork, bytes], Awaitable[Sequence[SubjectId]]]
"""A store's query: the subjects of this handler whose column holds that index."""


async def index(uow: UnitOfWork, field: Field, value: str) -> bytes:
    """The blind index of a value of the unit's handler, 16 bytes. Raises `vault.bad_phone`, `vault.bad_email`."""
    return uow.use(Vault).index(uow.handler, field, value)


@recorded
async def search(uow: UnitOfWork, field: Field, value: str, find: Finder) -> Sequence[SubjectId]:
    """Who has this value in this field? Raises `vault.search_limit` (searches per actor and minute).

    The leaf says which field and how many were found, never the value nor its index.
    """
    vault = uow.use(Vault)
    wanted = vault.index(uow.handler, field, value)
    minute_at = uow.now.replace(second=0, microsecond=0)
    if not await store.count_search(uow.conn, uow.actor.id, minute_at, vault.searches_per_minute):
        raise SEARCH_LIMIT(per_minute=vault.searches_per_minute)
    found = await find(uow, wanted)
    await trail.record(uow, SEARCHED.name, field=field.address, found=len(found))
    return found
