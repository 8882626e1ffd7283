"""The shop of the measured mini-program: all of Yumen and the simulators, on this machine or at the far end of a link.

`python -m bench.miniprogram_shop FOLDER ADDRESS` opens the shopper edge at ADDRESS:8080 and says its appid as one line
of JSON. What WeChat does for a phone by itself (login codes, address book, cashier) is reached by Unix sockets in the
folder, beside the link: WeChat has its own connection, and neither client's share is made by it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from yumen.app.demo import shopkeeper, till
from yumen.app.demo.premises import enter
from yumen.app.demo.tell import open_shop
from yumen.app.up import Running, everything
from yumen.app.wiring import SYSTEM, furnished
from yumen.customer import catalog, identity
from yumen.kit.work import Actor, ActorKind
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechatpay.client import Admin as PayAdmin

PORT: Final = 8080
SOCKETS: Final = {"wechat": "wechat.sock", "cashier": "cashier.sock"}
PIECES: Final = 10_000
"""Of every article, so that none sells out while journeys are counted."""
CHUNK: Final = 64 * 1024
Carry = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Shop:
    """What runs, and the mini-program's appid."""

    running: Running
    appid: str


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Shop]:
    """A filled shop for the length of the block; `folder` keeps its settings and secrets."""
    premises = enter(folder)
    async with everything(premises.settings, lambda line: None) as running:
        assert running.sandbox_admin_url is not None
        assert running.pay_admin_url is not None
        async with Admin(running.sandbox_admin_url) as wechat, PayAdmin(running.pay_admin_url) as pay:
            await open_shop(premises, running, wechat)
            await till.open_till(premises, pay, running.sandbox_admin_url)
        await shopkeeper.fill_shelves(running)
        await _fill_the_cellar(running)
        yield Shop(running, premises.appid)


async def _fill_the_cellar(running: Running) -> None:
    """Plenty of each article."""
    async with furnished(running.settings, running.databases) as house:
        async with house.work.begin(SYSTEM) as uow:
            handler = (await identity.handlers.numbers(uow.conn))[shopkeeper.BRAND]
        async with house.work.begin(Actor(ActorKind.SYSTEM, "bench", handler)) as uow:
            for product in catalog.seed.goods_of_the_demo().product:
                for variant in product.skus:
                    sku = await catalog.products.get_sku(uow, f"{product.code}-{variant.suffix}")
                    received = catalog.stock.Adjustment(
                        sku.id, catalog.stock.Reason.RECEIVED, "bench", delta=PIECES, low_level=3
                    )
                    await catalog.stock.adjust(uow, received)


async def serve(folder: Path, address: str) -> None:
    """Stay open until this process is ended."""
    async with opened(folder) as shop:
        running = shop.running
        ways = {"wechat": running.sandbox_admin_url, "cashier": running.pay_admin_url}
        for name, url in ways.items():
            assert url is not None
            socket = folder / SOCKETS[name]
            socket.unlink(missing_ok=True)
            await asyncio.start_unix_server(_way_to(url), socket)
        await asyncio.start_server(_way_to(running.settings.server.shopper_url), address, PORT, backlog=1024)
        print(json.dumps({"appid": shop.appid}), flush=True)
        await asyncio.Event().wait()


def _way_to(url: str) -> Carry:
    """A handler of connections that passes bytes on to where the address points, both ways."""
    place = urlsplit(url)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(place.hostname, place.port)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    return carry


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):  # a phone that hangs up
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
    sink.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
