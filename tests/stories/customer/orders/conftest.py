"""A market: the house as a shop with a club, a till that stands for WeChat Pay, and somebody who buys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cluster
from tests.stories.customer.catalog.conftest import Shop as Goods
from tests.stories.customer.catalog.conftest import shop as goods  # noqa: F401  # a fixture
from tests.stories.customer.conftest import VELVET, House, opened_house
from tests.stories.customer.loyalty.conftest import Club, club  # noqa: F401  # a fixture
from tests.stories.customer.orders.sandbox_till import SandboxTill, sandbox_till
from tests.stories.customer.orders.till import MCHID, Till
from yumen.customer import catalog, identity, orders
from yumen.customer.loyalty.earning import Rules
from yumen.customer.orders import checkout, hooks, late, payment, payment_store, progress, refund_store
from yumen.customer.orders import quote as quoting
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.destination import Destination, Place
from yumen.customer.orders.states import State
from yumen.customer.orders.store import Purchase
from yumen.kit.db import Database, Role
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import Actor, ActorKind
from yumen.wechat.pay import Pay

HOME = Destination("陈小玉", "+8619900000001", Place("上海市", "上海市", "黄浦区", "中山东一路1号", "200002"))
STAFF = "stf_0000000000000000000000000a"


@dataclass
class Market:
    house: House
    goods: Goods
    club: Club
    till: Till | SandboxTill
    pay: Pay
    skus: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Any:
        return self.house.work

    async def stock(self, code: str, fen: int = 12_800, pieces: int = 10, **more: Any) -> str:
        """Something to buy; answers its `sku_…`."""
        sku = await self.goods.put(code, fen, pieces, **more)
        self.skus[code] = sku.ref
        return sku.ref

    async def quote(self, person: SubjectId, wish: Wish) -> quoting.Quote:
        async with self.house.unit() as uow:
            return await checkout.priced(uow, person, wish)

    async def order(
        self, person: SubjectId, wanted: Mapping[str, int], coupons: Sequence[str] = (), points: int = 0
    ) -> str:
        """Reserved and placed, not paid; answers the order."""
        wish = Wish(wanted, tuple(coupons), points)
        offer = await self.quote(person, wish)
        reservation = new_id("rsv")
        shop = self.house.services[orders.Shop]
        await checkout.reserve(shop, self.house.handler, reservation, offer, self.house.clock.now())  # type: ignore[arg-type]
        draft = Draft(person, self.house.app().key, wish, offer.total_fen, reservation, HOME)
        async with self.shopper(person) as uow:
            return await checkout.place(uow, draft, offer)

    def shopper(self, person: SubjectId) -> Any:
        return self.work.begin(Actor(ActorKind.SUBJECT, "sub_00000000000000000000000007", self.house.handler))

    def staff(self) -> Any:
        return self.house.staff(STAFF)

    def system(self) -> Any:
        return self.work.begin(progress.system(self.house.handler))

    async def intend(self, person: SubjectId, order: str) -> payment_store.Payment:
        async with self.shopper(person) as uow:
            return await payment.intend(uow, person, order, MCHID, VELVET)

    async def ready(self, person: SubjectId, order: str) -> str:
        """An attempt whose cashier is open; answers its number."""
        attempt = await self.intend(person, order)
        await payment.make_ready(self.work, self.pay, await self.openid(person), attempt)
        return attempt.id

    async def openid(self, person: SubjectId) -> str:
        async with self.shopper(person) as uow:
            return await identity.openid_of(uow, person, self.house.app().key)

    async def hear(self, notice: tuple[dict[str, str], bytes]) -> None:
        await hooks.receive(self.work, self.pay, MCHID, *notice)

    async def paid(self, person: SubjectId, wanted: Mapping[str, int], **more: Any) -> str:
        """An order that was placed, paid and notified."""
        order = await self.order(person, wanted, **more)
        number = await self.ready(person, order)
        assert self.till.take(number)
        await self.hear(self.till.paid_notice(number))
        return order

    async def get(self, order: str) -> Purchase:
        async with self.system() as uow:
            return await progress.get(uow, order)

    async def state(self, order: str) -> State:
        return (await self.get(order)).state

    async def refunds(self, order: str) -> list[refund_store.Refund]:
        async with self.system() as uow:
            return await refund_store.list_of(uow.conn, order)

    async def sweep(self) -> None:
        """What the clock does, without claims and parcels."""
        await late.ask_due(self.work, self.pay)
        await late.end_unpaid(self.work, self.pay)
        async with self.system() as uow:
            due = await refund_store.list_due(uow.conn, uow.now, 200)
        for refund, handler in due:
            await orders.refund_sending.send(self.work, self.pay, refund, handler)

    async def settle_refunds(self, order: str) -> None:
        """Every refund of the order is sent, settled there, and known here."""
        await self.sweep()
        for refund in await self.refunds(order):
            if refund.id in self.till.refunds:
                self.till.settle(refund.id)
                await self.hear(self.till.refund_notice(refund.id))


async def furnish(house: House, goods: Goods, club: Club, till: Till | SandboxTill | None = None) -> Market:  # noqa: F811
    """Open the market in a house, with a small till unless another is handed in."""
    till = till or Till(VELVET, house.clock)
    pay = till.pay()
    rules = quoting.Rules(1_000, 30_000)
    house.services[orders.Shop] = orders.Shop(orders.CatalogGoods(goods.lane), orders.Club(), rules)
    house.services[Pay] = pay
    await club.adopt(Rules(points=1, per_fen=100))
    return Market(house, goods, club, till, pay)


@pytest.fixture
async def market(house: House, goods: Goods, club: Club) -> Market:  # noqa: F811
    return await furnish(house, goods, club)


@pytest.fixture
async def fresh_market(cluster: Cluster, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Market]]:
    """Markets in databases of their own, one after the other."""

    def make() -> AbstractAsyncContextManager[Market]:
        return opened_market(cluster, tmp_path / new_id("kms"))

    return make


@asynccontextmanager
async def opened_market(cluster: Cluster, folder: Path, *, in_sandbox: bool = False) -> AsyncIterator[Market]:
    """A market in databases of its own; `in_sandbox`: its WeChat Pay is the sandbox."""
    urls = await cluster.create_pair()
    database = Database(urls, pool_max=6)
    await database.open(Role.APP, Role.KEYS)
    try:
        async with opened_house(database, folder) as house, AsyncExitStack() as stack:
            lane = catalog.Reservations(database.pool(Role.APP), house.clock, house.ear)
            stack.push_async_callback(lane.close)
            house.services[catalog.Reservations] = lane
            till = None
            if in_sandbox:
                till = await stack.enter_async_context(sandbox_till(folder, VELVET, house.clock))
            yield await furnish(house, Goods(house, lane), Club(house, count(1)), till)
    finally:
        await database.close()
        await cluster.drop_pair(urls)
