"""Bodies are packed both ways, and an answer is bounded also after unpacking."""

import asyncio
import gzip

import pytest

from yumen.gateway.connectors.channel import Call, Channel
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Http


@pytest.fixture
def channel(http):
    return Channel("salesforce", http, deadline_s=1.0)


async def test_a_long_body_goes_compressed_and_a_short_one_does_not(channel, recipient):
    recipient.answer = lambda asked: {"ok": True}
    await channel.send(Call("POST", recipient.url, body=b"x" * 2_000))
    await channel.send(Call("POST", recipient.url, body=b"x"))
    long, short = recipient.asked
    assert (long.headers["content-encoding"], long.body) == ("gzip", b"x" * 2_000)
    assert int(long.headers["content-length"]) < 200
    assert "content-encoding" not in short.headers


async def test_a_compressed_answer_is_unpacked(channel, recipient):
    recipient.answer = lambda asked: {"names": ["a" * 500]}
    answer = await channel.send(Call("GET", recipient.url))
    assert answer.headers["content-encoding"] == "gzip"
    assert channel.read(answer, dict) == {"names": ["a" * 500]}


@pytest.mark.parametrize(
    ("body", "coding", "code"),
    [
        (gzip.compress(b"0" * (40 << 20)), "gzip", "http.answer_too_long"),
        (gzip.compress(b"hello" * 100, mtime=0)[:-9], "gzip", "connector.answer_unreadable"),
        (b"no gzip at all", "gzip", "connector.answer_unreadable"),
        (b"something", "br", "connector.answer_unreadable"),
        (b"0" * (5 << 20), "identity", "http.answer_too_long"),
    ],
)
async def test_an_answer_that_cannot_be_held_settles_nothing(channel, recipient, body, coding, code):
    recipient.answer = lambda asked: (400, body, {"Content-Encoding": coding})
    with pytest.raises(Unsettled) as failure:
        await channel.send(Call("POST", recipient.url, body=b"{}"))
    assert failure.value.code == code


async def test_a_write_is_never_repeated_by_itself(channel, recipient, drop):
    recipient.answer = lambda asked: drop
    with pytest.raises(Unsettled):
        await channel.send(Call("PATCH", recipient.url, body=b"{}"))
    assert len(recipient.asked) == 1


async def test_a_late_answer_is_unsettled_and_a_closed_port_not_sent(channel, recipient):
    async def late(asked):
        await asyncio.sleep(3)

    recipient.answer = late
    with pytest.raises(Unsettled):
        await channel.send(Call("POST", recipient.url, body=b"{}", deadline_s=0.2))
    async with Http() as http:
        with pytest.raises(NotSent):
            await Channel("salesforce", http).send(Call("POST", "http://127.0.0.1:9", body=b"{}"))


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"half": ', b"[1]", b"\xff\xfe", b"[" * 100_000])
async def test_nonsense_is_unreadable(channel, recipient, body):
    recipient.answer = lambda asked: (200, body, {"Content-Encoding": "identity"})
    answer = await channel.send(Call("GET", recipient.url))
    with pytest.raises(Unsettled) as failure:
        channel.read(answer, dict[str, int])
    assert failure.value.code == "connector.answer_unreadable"
