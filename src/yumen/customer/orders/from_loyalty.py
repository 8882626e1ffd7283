"""The house's own club as the rewards of orders. Points are spent when an order is placed, and back if it is unpaid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.customer.loyalty import (
    Due,
    award,
    award_together,
    card,
    coupon_book,
    coupons,
    earning,
    ledger,
    overview,
)
from yumen.customer.loyalty.ledger import Source
from yumen.customer.orders.neighbours import Bought
from yumen.customer.orders.quote import COUPON_UNFIT, Line, Off, Points
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

ORDER: Final = "order"
REFUND: Final = "refund"
CANCELLATION: Final = "cancellation"


@dataclass(frozen=True, slots=True)
class Club:
    """What 100 points buy (fen), and which share of the goods points may pay."""

    fen_per_100: int = 100
    per_mille_max: int = 500

    async def tier(self, uow: UnitOfWork, subject: SubjectId) -> str | None:
        return await card.tier_of(uow, subject)

    async def tiers(self, uow: UnitOfWork, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
        return await card.tiers_of(uow, subjects)

    async def coupons(
        self, uow: UnitOfWork, subject: SubjectId, asked: Sequence[str], lines: Sequence[Line]
    ) -> Sequence[Off]:
        """All that are asked for, or none. Raises `coupon.not_usable`, `quote.coupon_unfit` with the reason."""
        usable = {one.id: one for one in await coupon_book.list_usable(uow, subject)}
        missing = [one for one in asked if one not in usable]
        if missing:
            raise coupon_book.NOT_USABLE(coupons=len(missing))
        basket = [coupons.Line(line.item.category, line.item.sku, line.due_fen, line.item.quantity) for line in lines]
        best = coupons.best([usable[one] for one in dict.fromkeys(asked)], basket, uow.now)
        for off in best.unused:
            raise COUPON_UNFIT(at="/coupons", coupon=off.coupon, why=off.reason)
        return [Off(off.coupon, tuple(off.lines_fen) or (0,) * len(lines), off.gift_sku) for off in best.used]

    async def points(self, uow: UnitOfWork, subject: SubjectId, asked: int) -> Points:
        have = await overview.find_points(uow, subject)
        return Points(min(asked, have), self.fen_per_100, self.per_mille_max)

    async def hold(
        self, uow: UnitOfWork, subject: SubjectId, order: str, coupons: Sequence[str], points: int, until: datetime
    ) -> None:
        if coupons:
            await coupon_book.reserve(uow, subject, coupons, order, until)
        if points:
            await ledger.redeem(uow, subject, _spent(order), points)

    async def release(self, uow: UnitOfWork, subject: SubjectId, order: str) -> None:
        await coupon_book.give_back(uow, order)
        if await ledger.find(uow, _spent(order)) is not None:
            await ledger.reverse(uow, _spent(order), Source(CANCELLATION, order))

    async def settle(self, uow: UnitOfWork, bought: Bought) -> None:
        if bought.coupons:
            await coupon_book.consume(uow, bought.order)
        await award(uow, bought.subject, Source(ORDER, bought.order), bought.paid_at, _lines(bought))

    async def settle_many(self, uow: UnitOfWork, bought: Sequence[Bought]) -> Collection[str]:
        """Those without a coupon; a coupon is consumed with its own order."""
        dues = [Due(one.subject, one.order, one.paid_at, _lines(one)) for one in bought if not one.coupons]
        return await award_together(uow, ORDER, dues) if dues else ()

    async def reverse(self, uow: UnitOfWork, bought: Bought, refund: str, before_fen: int, now_fen: int) -> None:
        if not bought.goods_fen:
            return
        for of, rule in ((Source(ORDER, bought.order), "earned"), (_spent(bought.order), "spent")):
            posting = await ledger.find(uow, of)
            points = 0 if posting is None else earning.share(posting.points, bought.goods_fen, before_fen, now_fen)
            if points:
                await ledger.reverse(uow, of, Source(REFUND, refund, rule), points)
        if bought.coupons and before_fen + now_fen == bought.goods_fen:
            await coupon_book.give_back(uow, bought.order)


def _lines(bought: Bought) -> list[earning.Line]:
    return [earning.Line(category, fen) for category, _, fen in bought.goods]


def _spent(order: str) -> Source:
    return Source(ORDER, order, "redeem")
