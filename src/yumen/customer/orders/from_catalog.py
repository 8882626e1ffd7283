"""The house's own catalogue as the goods of orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from yumen.customer import catalog
from yumen.customer.catalog import Campaign, Reservations, Sku, Wish
from yumen.customer.orders.neighbours import ReadItems
from yumen.customer.orders.quote import Item
from yumen.kit.errors import Problem
from yumen.kit.ids import BrandId, HandlerId
from yumen.kit.work import UnitOfWork

STEPS: Final = (catalog.Step.CAMPAIGN, catalog.Step.MEMBER)


class CatalogGoods:
    """`reservations` is the lane of this process. The code of a category never changes, so it is read once."""

    def __init__(self, reservations: Reservations) -> None:
        self._reservations = reservations
        self._categories: dict[int, str] = {}

    async def items(self, uow: UnitOfWork, wanted: Mapping[str, int], *, tier: str | None) -> Sequence[Item]:
        """Articles by their `sku_…`, in the order wanted. Raises `sku.unknown` for one that is not on sale."""
        read = await self.ask_items(uow, wanted)
        (found,) = await read([(wanted, tier)])
        if isinstance(found, Problem):
            raise found
        return found

    async def ask_items(self, uow: UnitOfWork, skus: Collection[str]) -> ReadItems:
        running = await catalog.ask_running_for(uow.conn, uow.handler, uow.now)
        named = await catalog.ask_skus(uow.conn, uow.handler, list(skus))

        async def read(asked: Sequence[tuple[Mapping[str, int], str | None]]) -> Sequence[Sequence[Item] | Problem]:
            campaigns, found = await catalog.read_running_for(running), await catalog.read_skus(named)
            await self._learn_categories(uow, found.values())
            return [self._items(wanted, found, campaigns, tier, uow.now) for wanted, tier in asked]

        return read

    async def _learn_categories(self, uow: UnitOfWork, skus: Collection[Sku]) -> None:
        unknown = {sku.brand for sku in skus if sku.categories and sku.categories[-1] not in self._categories}
        for brand in unknown:
            self._categories |= {one.id: one.code for one in await catalog.list_categories(uow.conn, brand)}

    def _items(
        self,
        wanted: Mapping[str, int],
        found: Mapping[str, Sku],
        campaigns: Mapping[BrandId, Sequence[Campaign]],
        tier: str | None,
        now: datetime,
    ) -> Sequence[Item] | Problem:
        for at, ref in enumerate(wanted):
            if ref not in found or not found[ref].on_sale(now):
                return catalog.UNKNOWN_SKU(at=f"/lines/{at}/sku")
        return [
            _item(found[ref], quantity, campaigns.get(found[ref].brand, ()), self._categories, tier, now)
            for ref, quantity in wanted.items()
        ]

    async def gift(self, uow: UnitOfWork, code: str) -> Item:
        """Raises `sku.unknown` for one that is not on sale."""
        sku = await catalog.find_sku(uow.conn, uow.handler, code)
        if sku is None:
            raise catalog.UNKNOWN_SKU(at="/coupons")
        (item,) = await self.items(uow, {sku.ref: 1}, tier=None)
        return item

    async def reserve(self, handler: HandlerId, reservation: str, items: Sequence[Item], until: datetime) -> None:
        await self._reservations.reserve(_wish(handler, reservation, items, until))

    async def take(self, uow: UnitOfWork, wanted: Mapping[str, Sequence[Item]], until: datetime) -> Collection[str]:
        return await catalog.take(uow, [_wish(uow.handler, name, items, until) for name, items in wanted.items()])

    async def confirm(self, uow: UnitOfWork, reservation: str) -> bool:
        try:
            await catalog.stock.confirm(uow, reservation)
        except Problem as gone:
            if gone.code is not catalog.GONE:
                raise
            return False
        return True

    async def confirm_many(self, uow: UnitOfWork, reservations: Sequence[str]) -> Collection[str]:
        return await catalog.stock.confirm_many(uow, reservations)

    async def release(self, uow: UnitOfWork, reservation: str) -> None:
        await catalog.stock.release(uow, reservation)

    async def put_back(self, uow: UnitOfWork, reference: str, pieces: Mapping[str, int]) -> None:
        found = await catalog.find_skus(uow.conn, uow.handler, list(pieces))
        for sku in sorted(found.values(), key=lambda one: one.id):
            await catalog.stock.put_back(uow, sku.id, pieces[sku.ref], reference)


def _wish(handler: HandlerId, reservation: str, items: Sequence[Item], until: datetime) -> Wish:
    return Wish(reservation, handler, [(item.key, item.quantity) for item in items], until)


def _item(
    sku: Sku,
    quantity: int,
    campaigns: Sequence[Campaign],
    categories: Mapping[int, str],
    tier: str | None,
    at: datetime,
) -> Item:
    """The price of one piece after each step that changes it."""
    after, fen, campaign_en, campaign_zh = {}, 0, "", ""
    for line in catalog.price(sku.priced, campaigns, tier, at).lines:
        fen += line.change_fen
        after[line.step] = fen
        if line.step is catalog.Step.CAMPAIGN:
            campaign_en, campaign_zh = line.name_en, line.name_zh
    campaign_fen, member_fen = (after.get(step) for step in STEPS)
    return Item(
        sku.ref,
        quantity,
        sku.list_fen,
        campaign_fen,
        member_fen,
        f"{sku.product_name_en} {sku.name_en}".strip(),
        f"{sku.product_name_zh} {sku.name_zh}".strip(),
        categories.get(sku.categories[-1], "") if sku.categories else "",
        sku.id,
        campaign_en,
        campaign_zh,
    )
