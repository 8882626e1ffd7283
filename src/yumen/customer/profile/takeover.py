"""Take over phone numbers from another system, many at once; what a person bound here stays.

A step of a story that records one leaf for the whole batch (`app.transfer`). The number serves the membership, on
contract; what rests on consent (nickname, birthday) is not taken over so.
"""

from __future__ import annotations

from collections.abc import Mapping

from yumen.customer.profile import takeover_store as store
from yumen.customer.profile.events import PhonesTakenOver
from yumen.customer.profile.fields import PHONE
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.vault import Vault


async def put_phones(uow: UnitOfWork, phones: Mapping[SubjectId, str]) -> set[SubjectId]:
    """Give each person (after merges) the number (E.164), unless they have one; answers who got one."""
    if not phones:
        return set()
    known = await store.list_with_phone(uow.conn, list(phones))
    fresh = [(person, PHONE, number) for person, number in phones.items() if person not in known]
    sealed = await vault.seal_many(uow, fresh)
    index = uow.use(Vault).index
    rows = [(one[0], seal, index(uow.handler, PHONE, one[2])) for one, seal in zip(fresh, sealed, strict=True)]
    await store.insert_phones(uow.conn, uow.handler, rows, uow.now)
    if rows:
        await uow.emit(PhonesTakenOver(tuple(person for person, _, _ in rows), uow.handler))
    return {person for person, _, _ in rows}
