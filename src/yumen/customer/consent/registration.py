"""Register the notices of a handler, at migration and start: each version once, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.customer.consent import notice_store
from yumen.customer.consent.notices import Notice
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

CHANGED: Final = Code("notice.changed", 500)
"""The text of a registered version was edited: it needs a new version."""
OLDER: Final = Code("notice.older", 500)
"""A newer version was registered before: somebody starts an old program or folder."""
MATERIAL_UNMARKED: Final = Code("notice.material_unmarked", 500)
"""Purpose, method, kinds, recipient or period changed, but `material` is false (PIPL art. 14)."""

REGISTERED: Final = LeafKind("notice.registered", "purpose", "version", "notice", "material")


async def register(uow: UnitOfWork, notices: Sequence[Notice]) -> int:
    """Register what is new for this handler; answers how many. Raises the codes above: nothing may start then."""
    fresh = 0
    for notice in notices:
        known = await notice_store.find_notice(uow.conn, uow.handler, notice.purpose)
        if known is None or _is_newer(known, notice):
            await _register_one(uow, notice)
            fresh += 1
    return fresh


def _is_newer(known: notice_store.NoticeRecord, notice: Notice) -> bool:
    """Raises `notice.changed`, `notice.older`, `notice.material_unmarked`."""
    if notice.version < known.version:
        raise OLDER(purpose=notice.purpose.value, version=notice.version, known=known.version)
    if notice.version == known.version:
        if notice.hash() != known.notice_hash:
            raise CHANGED(purpose=notice.purpose.value, version=notice.version)
        return False
    if notice.matter_hash() != known.matter_hash and not notice.material:
        raise MATERIAL_UNMARKED(purpose=notice.purpose.value, version=notice.version)
    return True


@recorded
async def _register_one(uow: UnitOfWork, notice: Notice) -> None:
    record = notice_store.NoticeRecord(
        id=0,
        purpose=notice.purpose,
        version=notice.version,
        notice_hash=notice.hash(),
        matter_hash=notice.matter_hash(),
        material=notice.material,
        body=notice.body(),
        needed=notice.version,
    )
    await notice_store.insert_notice(uow.conn, uow.handler, record, uow.now)
    await trail.record(
        uow,
        REGISTERED.name,
        purpose=notice.purpose.value,
        version=notice.version,
        notice=record.notice_hash.hex(),
        material=notice.material,
    )


async def in_force(uow: UnitOfWork) -> list[notice_store.NoticeRecord]:
    """The newest notice of every purpose, by the purpose's name: all that a person is told today."""
    return sorted(await notice_store.list_notices(uow.conn, uow.handler), key=lambda notice: notice.purpose.value)
