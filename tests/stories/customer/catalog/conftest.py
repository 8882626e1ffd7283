"""The house as a shop: a brand with its goods, a reservation lane, and both doors open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.customer.conftest import VELVET, House, StaffDoor, ready
from yumen.customer import catalog
from yumen.customer.catalog import products, stock
from yumen.customer.catalog.products import Draft, Status, Variant
from yumen.customer.catalog.routes import ROUTES, STAFF_ROUTES
from yumen.customer.catalog.store import Sku
from yumen.kit.db import Role
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.web import Caller, Guarded, Limits, Opened, web_app
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import access

STAFF = "stf_0000000000000000000000000a"


@dataclass(frozen=True)
class Shop:
    """The shop of the brand `velvet`, and what it sells."""

    house: House
    lane: catalog.Reservations

    def unit(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.house.staff(STAFF)

    async def put(self, code: str, fen: int = 12800, pieces: int = 10, **more: Any) -> Sku:
        """A published product with one variant of the same code."""
        variant = Variant(code, "", "", fen, member_fen=more.pop("member_fen", {}))
        texts = {"name_en": f"Thing {code}", "name_zh": f"物件{code}", "text_en": "", "text_zh": ""}
        draft = Draft(
            **{
                "code": code,
                "brand": "velvet",
                "category": None,
                **texts,
                "images": [],
                "variants": [variant],
                **more,
            }
        )
        async with self.unit() as uow:
            await products.put(uow, draft)
            sku = await products.get_sku(uow, code)
            if pieces:
                await stock.adjust(uow, stock.Adjustment(sku.id, stock.Reason.RECEIVED, "first", delta=pieces))
            await products.set_status(uow, code, Status.PUBLISHED)
        return await self.sku(code)

    async def sku(self, code: str) -> Sku:
        async with self.unit() as uow:
            return await products.get_sku(uow, code)

    def wish(self, *lines: tuple[int, int], minutes: float = 15, name: str = "") -> catalog.Wish:
        expires_at = self.house.clock.now() + timedelta(minutes=minutes)
        return catalog.Wish(name or new_id("rsv"), self.house.handler, lines, expires_at)

    async def hold(self, *lines: tuple[int, int], minutes: float = 15) -> catalog.Held:
        return await self.lane.reserve(self.wish(*lines, minutes=minutes))

    async def stock_of(self, sku: int) -> tuple[int, int]:
        """(on hand, reserved)"""
        (row,) = await self.house.rows("select on_hand, reserved from catalog.stock where sku_id = %s", sku)
        return int(str(row["on_hand"])), int(str(row["reserved"]))

    async def settle(self) -> None:
        await stock.expire_due_job(self.house.work, {})

    async def unequal(self) -> list[int]:
        async with self.unit() as uow:
            return list(await stock.recount(uow))


@pytest.fixture
async def shop(house: House) -> AsyncIterator[Shop]:
    lane = catalog.Reservations(house.database.pool(Role.APP), house.clock, house.ear)
    house.services[catalog.Reservations] = lane
    yield Shop(house, lane)
    await lane.close()


@dataclass(frozen=True)
class ShopperDoor:
    """Lets one shopper in by the token `shopper`."""

    house: House

    async def recognise(self, work: Work, token: str) -> Caller | None:
        actor = Actor(ActorKind.SUBJECT, "sub_00000000000000000000000007", self.house.handler)
        return Caller(actor, ("shopper",), SubjectId(7), self.house.app().key) if token == "shopper" else None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


@dataclass(frozen=True)
class Doors:
    """Both edges over HTTP; the shopper has the tier `gold`."""

    shop: Shop
    shopper: AsyncTestClient[Any]
    staff: AsyncTestClient[Any]

    async def look(self, path: str, language: str = "zh", **params: Any) -> Any:
        headers = {"accept-language": language}
        return await self.shopper.get(path, params={"appid": VELVET, **params}, headers=headers)

    async def act(self, method: str, path: str, body: Any = None, role: str = "operator", **headers: str) -> Any:
        headers = {"authorization": f"Bearer {STAFF}+{role}", **headers}
        content: Mapping[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
        return await self.staff.request(method, path, headers=headers, **content)


async def gold(uow: UnitOfWork, subject: SubjectId) -> str | None:
    return "gold"


@pytest.fixture
async def doors(shop: Shop) -> AsyncIterator[Doors]:
    shop.house.services[catalog.Tiers] = catalog.Tiers(gold)

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(shop.house.work, ready)

    def client(name: str, routes: Any, door: Guarded) -> AsyncTestClient[Any]:
        app = web_app(routes, door, Limits(), opening, name, "1")
        return AsyncTestClient(app, raise_server_exceptions=False)  # type: ignore[arg-type]

    async with (
        client("shopper", ROUTES, ShopperDoor(shop.house)) as shopper,
        client("staff", STAFF_ROUTES, StaffDoor(shop.house.handler)) as staff,
    ):
        yield Doors(shop, shopper, staff)


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop on which the pools live, for machines that step it themselves."""
    return asyncio.get_running_loop()
