"""One recipient's chain of envelopes as its connector needs it: each act commits before anything is posted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.gateway.envelope import sealing, settling, taking_back
from yumen.gateway.envelope.sealing import Sealed
from yumen.gateway.envelope.store import Chain
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, Work

CONTENT_TYPE: Final = "application/json"


class Courier:
    """Seals, keeps and settles for one recipient of one handler. Fits `connectors.webhook.Sealer`."""

    def __init__(self, work: Work, handler: HandlerId, recipient: str) -> None:
        self._work = work
        self._actor = Actor(ActorKind.SYSTEM, "gateway", handler)
        self._recipient = recipient
        self._last: tuple[Sealed, Chain] | None = None

    async def seal(self, content: bytes) -> bytes:
        """The next envelope. Raises as `sealing.seal`."""
        async with self._work.begin(self._actor) as uow:
            last = await sealing.seal_after(uow, self._recipient, content, CONTENT_TYPE)
        self._last = last
        return last[0].data

    async def take_back(self, envelope: bytes) -> None:
        """Unmake the envelope sealed last, which never left; any other stays."""
        if self._last is None or self._last[0].data != envelope:
            return
        sealed, before = self._last
        async with self._work.begin(self._actor) as uow:
            await taking_back.take_back(uow, self._recipient, sealed, before)
        self._last = None

    async def waiting(self) -> Sequence[bytes]:
        """Sealed and not yet receipted, the oldest first."""
        async with self._work.begin(self._actor) as uow:
            return [one.data for one in await sealing.in_flight(uow, self._recipient)]

    async def settle(self, receipt: bytes) -> None:
        """Keep the recipient's countersignature. Raises as `settling.settle`."""
        async with self._work.begin(self._actor) as uow:
            await settling.settle(uow, self._recipient, receipt)
