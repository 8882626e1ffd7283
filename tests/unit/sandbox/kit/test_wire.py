import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from yumen.sandbox.kit.exchange import Answer, Fate, Request
from yumen.sandbox.kit.wire import NotLoopback, Port, is_loopback, listen, written_out

SIGN = ("Sandbox", "yes")


def echo(request: Request) -> Answer:
    fates = {"/cut": Fate.CUT, "/silent": Fate.SILENT}
    return Answer(request.target.encode() + b"|" + request.body, fate=fates.get(request.path, Fate.GIVEN))


def at_once(then) -> None:
    asyncio.get_running_loop().call_soon(then, True)


@asynccontextmanager
async def talk(port: Port) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    server = await listen(port, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()


async def test_pipelined_requests_are_answered_in_order():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        writer.write(b"GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\nab")
        writer.write(b"GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n")
        text = (await asyncio.wait_for(reader.read(), 5)).decode()
    assert text.index("/1|") < text.index("/2|ab") < text.index("/3|")
    assert text.count("Sandbox: yes") == 3


async def test_a_request_in_single_bytes_is_put_together():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        for byte in b"GET /slow HTTP/1.0\r\nA: b\r\n\r\n":
            writer.write(bytes([byte]))
            await writer.drain()
        assert b"/slow|" in await asyncio.wait_for(reader.read(), 5)


async def test_a_caller_who_asks_first_is_told_to_continue():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        writer.write(b"POST /p HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b"HTTP/1.1 100 Continue\r\n"
        writer.write(b"ok")
        assert b"/p|ok" in await asyncio.wait_for(reader.readuntil(b"/p|ok"), 5)


async def test_a_cut_line_is_reset_without_an_answer():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        writer.write(b"GET /cut HTTP/1.1\r\n\r\n")
        try:
            got = await asyncio.wait_for(reader.read(), 5)
        except ConnectionResetError:
            got = b""
        assert got == b""


async def test_nonsense_is_answered_400_and_hung_up():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        writer.write(b"\x16\x03\x01nonsense\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 400 ")


async def test_an_answer_whose_records_could_not_be_written_is_not_given():
    def full_disk(then) -> None:
        asyncio.get_running_loop().call_soon(then, False)

    async with talk(Port(echo, full_disk, SIGN)) as (reader, writer):
        writer.write(b"GET /1 HTTP/1.1\r\n\r\n")
        try:
            got = await asyncio.wait_for(reader.read(), 5)
        except ConnectionResetError:
            got = b""
        assert got == b""


async def test_a_connect_without_a_tunnel_is_refused():
    async with talk(Port(echo, at_once, SIGN)) as (reader, writer):
        writer.write(b"CONNECT api.weixin.qq.com:443 HTTP/1.1\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "127.0.0.1.example.com", ""])
async def test_only_loopback_is_listened_on(host):
    assert not is_loopback(host)
    with pytest.raises(NotLoopback):
        await listen(Port(echo, at_once, SIGN), host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_is_known(host):
    assert is_loopback(host)


def test_what_goes_out_is_http():
    head, _, body = written_out(Answer(b"{}", headers=(("A", "b"),)), SIGN, alive=False).partition(b"\r\n\r\n")
    assert body == b"{}"
    assert b"Content-Length: 2" in head
    assert b"A: b" in head
    assert head.endswith(b"Connection: close")
