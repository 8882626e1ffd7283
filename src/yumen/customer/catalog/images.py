"""Keep pictures of goods and serve them ourselves, each under the hash of its content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from yumen.customer.catalog import store
from yumen.customer.profile.pictures import media_type, stripped
from yumen.kit.errors import Code, Problem
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

TOO_LARGE: Final = Code("catalog.image_too_large", 413)
UNFIT: Final = Code("catalog.image_unfit", 422)
ABSENT: Final = Code("catalog.image_absent", 404)

ADDED: Final = trail.LeafKind("catalog.image_added", "hash", "bytes")

BYTES_MAX: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    content: bytes


@recorded
async def put(uow: UnitOfWork, content: bytes) -> bytes:
    """Keep a PNG, JPEG or WebP picture without what a camera wrote into it; answers the SHA-256 of what is kept, its
    name from now on.

    Raises `catalog.image_too_large`, `catalog.image_unfit`.
    """
    if len(content) > BYTES_MAX:
        raise TOO_LARGE(bytes_max=BYTES_MAX)
    try:
        content = stripped(content, BYTES_MAX)
    except Problem:
        raise UNFIT() from None
    kind = media_type(content)
    assert kind is not None  # it was walked as one of the three
    content_hash = hashlib.sha256(content).digest()
    if not await store.put_image(uow.conn, content_hash, kind, content, uow.now):
        return uow.unchanged(content_hash)
    await trail.record(uow, ADDED.name, hash=content_hash.hex(), bytes=len(content))
    return content_hash


async def get(uow: UnitOfWork, content_hash: bytes) -> Picture:
    """Raises `catalog.image_absent`."""
    row = await store.find_image(uow.conn, content_hash)
    if row is None:
        raise ABSENT()
    return Picture(row["media_type"], bytes(row["content"]))
