"""Shoppers who order, open the cashier and are paid for, over HTTP: bare connections, latencies, nothing else.

Orders come first and the notifications after, so that making them (WeChat Pay signs, not we) counts for nothing.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from bench.order_shop import paid_notice, private_key
from bench.processes import Process

HEAD_MAX = 65_536
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Shop:
    """A server under measurement: doors, what its shoppers send, who they are, and how its books are asked.

    `carts` are bodies of orders; `amount_of` tells the fen of a payment and `number_of` its out_trade_no, by SQL.
    """

    name: str
    port: int
    hooks_port: int
    hook: str
    carts: list[str]
    hot_cart: str
    tokens: list[str]
    processes: tuple[Process, ...]
    url: str
    attempts: str
    paid: str
    unequal: str
    worker: Process | None = None

    def cpu_s(self) -> float:
        return sum(process.cpu_s() for process in self.processes)


class Caller:
    """One connection kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=HEAD_MAX)
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{told}\r\n"
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        _, found, rest = answer.partition(b"content-length:")
        length = int(rest.partition(b"\r\n")[0]) if found else 0
        return int(answer.split(b" ", 2)[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@dataclass
class Phase:
    """One kind of act, done by so many at once."""

    seconds: float = 0.0
    spent_ms: list[float] = field(default_factory=list)

    @property
    def p50_p99_ms(self) -> tuple[float, float]:
        cuts = quantiles(self.spent_ms, n=100)
        return cuts[49], cuts[98]


async def in_turn(port: int, count: int, together: int, act: Callable[[Caller, int], Awaitable[None]]) -> Phase:
    """Do `act` for each number, over so many connections."""
    numbers, phase = iter(range(count)), Phase()

    async def one(caller: Caller) -> None:
        for number in numbers:
            begun = time.perf_counter()
            await act(caller, number)
            phase.spent_ms.append((time.perf_counter() - begun) * 1e3)

    callers = [Caller(port) for _ in range(together)]
    begun = time.perf_counter()
    await asyncio.gather(*(one(caller) for caller in callers))
    phase.seconds = time.perf_counter() - begun
    for caller in callers:
        caller.close()
    return phase


async def order(shop: Shop, count: int, together: int) -> Phase:
    """So many orders, each with its cashier opened."""

    async def act(caller: Caller, number: int) -> None:
        headers = JSON | {"authorization": f"Bearer {shop.tokens[number % len(shop.tokens)]}"}
        cart = shop.carts[number % len(shop.carts)].encode()
        status, body = await caller.post("/v1/orders", cart, headers)
        assert status == 201, body
        status, body = await caller.post(f"/v1/orders/{json.loads(body)['id']}/payment", b"", headers)
        assert status == 200, body

    return await in_turn(shop.port, count, together, act)


def notices(platform_key: str, attempts: list[tuple[str, int]]) -> list[tuple[dict[str, str], bytes]]:
    """WeChat Pay's word that these are paid."""
    key = private_key(platform_key)
    return [paid_notice(key, number, f"42{number[-26:]}", fen, "oBench") for number, fen in attempts]


async def notify(shop: Shop, told: list[tuple[dict[str, str], bytes]], together: int) -> Phase:
    """Deliver them."""

    async def act(caller: Caller, number: int) -> None:
        headers, body = told[number]
        status, answer = await caller.post(shop.hook, body, JSON | headers)
        assert status == 204, answer

    return await in_turn(shop.hooks_port, len(told), together, act)


async def rush(shop: Shop, buyers: int) -> tuple[Phase, dict[int, int]]:
    """All at once for the hot article; how many got which status."""
    statuses: dict[int, int] = {}

    async def act(caller: Caller, number: int) -> None:
        headers = JSON | {"authorization": f"Bearer {shop.tokens[number % len(shop.tokens)]}"}
        status, _ = await caller.post("/v1/orders", shop.hot_cart.encode(), headers)
        statuses[status] = statuses.get(status, 0) + 1

    return await in_turn(shop.port, buyers, buyers, act), statuses


async def log_in(port: int, body: Callable[[int], str], people: int) -> list[str]:
    """Everybody's token."""
    tokens: list[Any] = [None] * people

    async def act(caller: Caller, number: int) -> None:
        status, answer = await caller.post("/v1/login", body(number).encode(), JSON)
        assert status in (200, 201), answer
        tokens[number] = json.loads(answer)["token"]

    await in_turn(port, people, 16, act)
    return tokens
