"""The generator for machines without wrk counts good answers, bad ones and lost connections."""

import asyncio
import json

import pytest

from bench.own_load import press

GOOD = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
BODY = '{"app":"wx","code":"CODE"}'
BAD = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
async def door():
    """A server that answers what `door.answers` says, in turn, and remembers what it was asked."""
    asked: list[bytes] = []
    answers: list[bytes] = []

    async def serve(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            asked.append(head + await reader.readexactly(length))
            writer.write(answers[len(asked) % len(answers)])
            await asyncio.sleep(0.001)

    async def guarded(reader, writer):
        try:
            await serve(reader, writer)
        except (EOFError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked, answers
    server.close()


async def test_every_request_carries_a_code_of_its_own(door):
    url, asked, answers = door
    answers.append(GOOD)
    result = json.loads(
        (await press(url, 2, 0.1, ["/v1/login", BODY, "50", "abcd1234", "idempotency-key="])).removeprefix("RESULT ")
    )
    codes = [json.loads(request.partition(b"\r\n\r\n")[2])["code"] for request in asked]
    assert result["requests"] == len(codes) > 2
    assert result["failed"] == 0
    assert len(set(codes)) == len(codes)
    assert all(code[8:16] == "abcd1234" and int(code[:8]) < 50 for code in codes)
    assert all(f"idempotency-key: {code}".encode() in request for code, request in zip(codes, asked, strict=True))


async def test_an_answer_that_is_no_2xx_counts_as_failed(door):
    url, _, answers = door
    answers.extend([GOOD, BAD])
    result = json.loads((await press(url, 1, 0.1, ["/v1/login", BODY, "50", "abcd1234"])).removeprefix("RESULT "))
    assert 0 < result["failed"] < result["requests"]
