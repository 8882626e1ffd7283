"""One process that takes notices as the payment hook does: `python -m tests.stories.customer.orders.flood_worker FILE`.

Reads frames (four bytes of length, then number, headers and body), books each, and answers one line of JSON each:
the number, and `ok` or the code of the refusal. How many are under way at once is decided by who sends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec.structs import replace

from bench import order_shop
from yumen.customer.orders import hooks
from yumen.kit.errors import Problem
from yumen.kit.settings import Secret, Settings
from yumen.wechat.pay import Pay

FRAME_MAX = 1 << 20


def settings_of(told: dict[str, Any]) -> Settings:
    """The shop of the benchmarks, paid through the sandbox's merchant in certificate mode."""
    plain = order_shop.settings_of(told["urls"], Path(told["folder"]), order_shop.Keys(**told["keys"]), told["api"])
    merchant = replace(
        plain.merchant["bench"], mchid=told["mchid"], serial=told["serial"],
        private_key=Secret(told["private_key"]), apiv3_key=Secret(told["apiv3_key"]), public_key_id="",
        public_key=Secret(""),
    )  # fmt: skip
    return replace(plain, merchant={"bench": merchant})


async def take(told: dict[str, Any]) -> None:
    """Until the input ends."""
    reader = asyncio.StreamReader(limit=FRAME_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with order_shop.opened(settings_of(told)) as house, asyncio.TaskGroup() as group:
        pay = house.work.use(Pay)

        async def book(number: int, headers: dict[str, str], body: bytes) -> None:
            try:
                await hooks.receive(house.work, pay, told["mchid"], headers, body)
            except Problem as refused:
                say(number, refused.code.name)
            else:
                say(number, "ok")

        print("ready", flush=True)
        while frame := await _frame(reader):
            group.create_task(book(*msgspec.msgpack.decode(frame, type=tuple[int, dict[str, str], bytes])))


def say(number: int, what: str) -> None:
    print(json.dumps([number, what]), flush=True)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readexactly(int.from_bytes(await reader.readexactly(4)))
    except asyncio.IncompleteReadError:
        return b""


if __name__ == "__main__":
    uvloop.run(take(json.loads(Path(sys.argv[1]).read_text())))
