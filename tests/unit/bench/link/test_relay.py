"""The relay for any machine: it delays, holds back, cuts and tears, and changes no byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import pytest

from bench.link import Conditions, Outage
from bench.link.relay import TcpRelay

QUICK = Conditions(round_trip_s=0.1, loss=0, rate=1e9)


@asynccontextmanager
async def echo(conditions: Conditions) -> AsyncIterator[TcpRelay]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    async with TcpRelay(conditions, (host, port)).listening() as relay:
        yield relay
    server.close()


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes = b"x") -> tuple[bytes, float]:
    begun = perf_counter()
    writer.write(data)
    answer = await asyncio.wait_for(reader.readexactly(len(data)), 10)
    return answer, perf_counter() - begun


async def test_every_byte_arrives_and_takes_a_round_trip() -> None:
    async with echo(QUICK) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        await ask(reader, writer)
        data = bytes(range(256)) * 2000
        answer, seconds = await ask(reader, writer, data)
        assert answer == data
        assert 0.1 <= seconds < 0.5
        writer.close()


async def test_the_end_of_a_stream_passes_too() -> None:
    async with echo(QUICK) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        writer.write(b"last words")
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b"last words"


async def test_a_narrow_way_takes_its_time() -> None:
    async with echo(Conditions(round_trip_s=0.02, loss=0, rate=1e6)) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        await ask(reader, writer)
        _, seconds = await ask(reader, writer, bytes(25_000))
        assert seconds > 0.2


async def test_losses_show_as_pauses() -> None:
    async with echo(Conditions(round_trip_s=0.02, loss=1.0, rate=1e9)) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        _, seconds = await ask(reader, writer)
        assert seconds > 0.4


async def test_a_cut_and_a_stall_hold_everything_until_they_are_over() -> None:
    async with echo(QUICK) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        await ask(reader, writer)
        for order in (relay.cut, relay.stall):
            order(0.5)
            _, seconds = await ask(reader, writer)
            assert 0.5 <= seconds < 1.2


async def test_a_nightly_blackout_passes() -> None:
    async with echo(Conditions(round_trip_s=0.02, loss=0, rate=1e9, blackout=Outage(0.3, 0.3))) as relay:
        await asyncio.sleep(0.31)
        assert relay.conditions.blackout is not None
        assert relay.conditions.blackout.left_s(relay.now) > 0


async def test_a_reset_tears_every_connection_and_new_ones_work() -> None:
    async with echo(QUICK) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        await ask(reader, writer)
        relay.reset()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await ask(reader, writer)
        assert (await ask(*await asyncio.open_connection(*relay.address)))[0] == b"x"


async def test_resets_come_by_themselves_when_asked_for() -> None:
    async with echo(Conditions(round_trip_s=0.01, loss=0, reset_every_s=0.2)) as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        await ask(reader, writer)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            for _ in range(100):
                await ask(reader, writer)


async def test_a_target_that_is_not_there_tears_the_connection() -> None:
    async with TcpRelay(QUICK, ("127.0.0.1", 1)).listening() as relay:
        reader, writer = await asyncio.open_connection(*relay.address)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await ask(reader, writer)
