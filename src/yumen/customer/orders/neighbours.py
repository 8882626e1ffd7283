"""What an order needs of the chapters before it: goods and their stock, rewards. Handed in by the wiring.

A shop may run beside another catalogue or without a club: `NoRewards` is the club that is switched off. What a
neighbour does inside a unit is committed with the order, or not at all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from yumen.customer.orders.lanes import Lanes
from yumen.customer.orders.quote import Item, Line, Off, Points, Rules
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork

PAY_WITHIN: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Bought:
    """What an order came to, for the rewards; `goods` are (category, sku, fen due) a line; with what it used."""

    order: str
    subject: SubjectId
    goods: tuple[tuple[str, str, int], ...]
    goods_fen: int
    paid_at: datetime
    coupons: tuple[str, ...] = ()
    points: int = 0


ReadItems = Callable[[Sequence[tuple[Mapping[str, int], str | None]]], Awaitable[Sequence[Sequence[Item] | Problem]]]
"""Reads what several want, each in the order wanted and at the prices of a tier; or the catalogue's problem."""


class Goods(Protocol):
    """The catalogue and its stock."""

    async def items(self, uow: UnitOfWork, wanted: Mapping[str, int], *, tier: str | None) -> Sequence[Item]:
        """The wanted articles as they are offered now. Raises the catalogue's problem for one that is not."""
        ...

    async def ask_items(self, uow: UnitOfWork, skus: Collection[str]) -> ReadItems:
        """Ask for all that several want; in a pipeline more may be asked before the answer is read."""
        ...

    async def gift(self, uow: UnitOfWork, code: str) -> Item:
        """One piece of the article of that code, for nothing. Raises the catalogue's problem for one not offered."""
        ...

    async def reserve(self, handler: HandlerId, reservation: str, items: Sequence[Item], until: datetime) -> None:
        """Take pieces aside, committed at once, all or nothing, under this id (`rsv_…`). Raises when sold out."""
        ...

    async def take(self, uow: UnitOfWork, wanted: Mapping[str, Sequence[Item]], until: datetime) -> Collection[str]:
        """The same inside the unit, for several by their ids; those for whom there is enough, counted in this order."""
        ...

    async def confirm(self, uow: UnitOfWork, reservation: str) -> bool:
        """The pieces are sold. False when the reservation lapsed and they are not to be had any more."""
        ...

    async def confirm_many(self, uow: UnitOfWork, reservations: Sequence[str]) -> Collection[str]:
        """The same for several at once; those whose pieces are sold now."""
        ...

    async def release(self, uow: UnitOfWork, reservation: str) -> None:
        """The pieces are free again; nothing to do when they are already."""
        ...

    async def put_back(self, uow: UnitOfWork, reference: str, pieces: Mapping[str, int]) -> None:
        """Sold pieces came back, fit for sale; once for each reference."""
        ...


class Rewards(Protocol):
    """The club: coupons and points. Each call names the order, and repeating it changes nothing."""

    async def tier(self, uow: UnitOfWork, subject: SubjectId) -> str | None:
        """The code of the tier whose prices this person has; None: no member."""
        ...

    async def tiers(self, uow: UnitOfWork, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
        """The same for several at once, those who have one."""
        ...

    async def coupons(
        self, uow: UnitOfWork, subject: SubjectId, asked: Sequence[str], lines: Sequence[Line]
    ) -> Sequence[Off]:
        """What these coupons of the person take off these lines. Raises the club's problem for one that cannot."""
        ...

    async def points(self, uow: UnitOfWork, subject: SubjectId, asked: int) -> Points:
        """What so many points buy; not more than the person has."""
        ...

    async def hold(
        self, uow: UnitOfWork, subject: SubjectId, order: str, coupons: Sequence[str], points: int, until: datetime
    ) -> None:
        """Set coupon and points aside for an order that is not paid yet."""
        ...

    async def release(self, uow: UnitOfWork, subject: SubjectId, order: str) -> None:
        """The order was not paid: they are the person's again."""
        ...

    async def settle(self, uow: UnitOfWork, bought: Bought) -> None:
        """The order was paid: coupon and points are used up, and points are earned."""
        ...

    async def settle_many(self, uow: UnitOfWork, bought: Sequence[Bought]) -> Collection[str]:
        """The same for several at once; the orders that are settled. The others are to be settled one by one."""
        ...

    async def reverse(self, uow: UnitOfWork, bought: Bought, refund: str, before_fen: int, now_fen: int) -> None:
        """Of the goods' amount `before_fen` went back before, and `now_fen` now: points go back in proportion."""
        ...


class NoRewards:
    """The club that is switched off: no coupon takes anything off, no point is worth anything."""

    async def tier(self, uow: UnitOfWork, subject: SubjectId) -> str | None:
        return None

    async def tiers(self, uow: UnitOfWork, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
        return {}

    async def coupons(
        self, uow: UnitOfWork, subject: SubjectId, asked: Sequence[str], lines: Sequence[Line]
    ) -> Sequence[Off]:
        return ()

    async def points(self, uow: UnitOfWork, subject: SubjectId, asked: int) -> Points:
        return Points(0)

    async def hold(
        self, uow: UnitOfWork, subject: SubjectId, order: str, coupons: Sequence[str], points: int, until: datetime
    ) -> None:
        return None

    async def release(self, uow: UnitOfWork, subject: SubjectId, order: str) -> None:
        return None

    async def settle(self, uow: UnitOfWork, bought: Bought) -> None:
        return None

    async def settle_many(self, uow: UnitOfWork, bought: Sequence[Bought]) -> Collection[str]:
        return [one.order for one in bought]

    async def reverse(self, uow: UnitOfWork, bought: Bought, refund: str, before_fen: int, now_fen: int) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Shop:
    """The wired service: the neighbours of orders, the shop's rules, and what WeChat Pay takes (ppm) by merchant.

    Who does not pay within `pay_within` is too late. `lanes` are those of this process.
    """

    goods: Goods
    rewards: Rewards
    rules: Rules = field(default_factory=Rules)
    fee_ppm: Mapping[str, int] = field(default_factory=dict)
    pay_within: timedelta = PAY_WITHIN
    lanes: Lanes = field(default_factory=Lanes)
