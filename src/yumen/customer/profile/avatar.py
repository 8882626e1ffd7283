"""Keep a picture the person uploaded, sealed in the database, until they take it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.customer.consent import basis
from yumen.customer.identity import subjects
from yumen.customer.profile import minors, store
from yumen.customer.profile.fields import PICTURE
from yumen.customer.profile.pictures import media_type, stripped
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

ABSENT: Final = Code("avatar.absent", 404)

CHANGED: Final = trail.LeafKind("avatar.changed")
REMOVED: Final = trail.LeafKind("avatar.removed")


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    content: bytes


@recorded
async def put(uow: UnitOfWork, person: SubjectId, uploaded: bytes) -> None:
    """Keep this picture instead of any other, without its metadata.

    Raises `avatar.too_large`, `avatar.unfit` and those of `basis.require`.
    """
    content = stripped(uploaded)
    await basis.require(uow, person, PICTURE.purpose)
    await minors.require_guardian(uow, person)
    sealed = await vault.seal(uow, person, PICTURE, content)
    await store.delete_avatars(uow.conn, await subjects.family(uow.conn, person))
    await store.put_avatar(uow.conn, person, sealed, uow.now)
    await trail.record(uow, CHANGED.name, person)


@recorded
async def remove(uow: UnitOfWork, person: SubjectId) -> bool:
    """Forget the picture; False when there was none."""
    if not await store.delete_avatars(uow.conn, await subjects.family(uow.conn, person)):
        return uow.unchanged(False)
    await trail.record(uow, REMOVED.name, person)
    return True


async def get(uow: UnitOfWork, person: SubjectId) -> Picture:
    """The person's picture. Raises `avatar.absent`."""
    row = await store.find_avatar(uow.conn, await subjects.family(uow.conn, person))
    if row is None:
        raise ABSENT()
    content = await vault.unseal_bytes(uow, SubjectId(row["subject_id"]), PICTURE, row["picture_sealed"])
    return Picture(media_type(content) or "application/octet-stream", content)


async def is_there(uow: UnitOfWork, person: SubjectId) -> bool:
    """Has the person a picture? Opens nothing."""
    return await store.has_avatar(uow.conn, await subjects.family(uow.conn, person))
