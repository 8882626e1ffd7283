"""Note what WeChat Pay calls attempts to pay (`prepay_id`), those that it answers at the same moment together."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.customer.orders import payment_store
from yumen.customer.orders.lanes import Together
from yumen.kit.work import UnitOfWork


class Readying(Together[tuple[str, str], None]):
    """Pairs of attempt and prepay_id."""

    step = 2

    async def batch(self, uow: UnitOfWork, items: Sequence[tuple[str, str]]) -> Sequence[None]:
        await payment_store.note_ready(uow.conn, dict(items), uow.now)
        return [None] * len(items)
