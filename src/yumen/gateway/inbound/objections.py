"""Who objected abroad to leaving the country: asked for each verdict, lifted by the person's own yes in China."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.border.standing import OBJECTED
from yumen.customer.consent import ConsentGranted
from yumen.gateway.inbound import store
from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Purpose


async def facts(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """`OBJECTED` for those whose objection stands, under whichever subject of theirs. Fits `gate.Facts`."""
    return dict.fromkeys(await store.list_objecting(uow.conn, persons), OBJECTED)


async def lift(conn: Conn, event: ConsentGranted) -> None:
    """The person said yes to leaving, here: a later word of their own. For `bus.tap(ConsentGranted, lift)`."""
    if event.purpose == Purpose.EXPORT.value:
        await store.lift(conn, SubjectId(event.subject))
