"""WeChat's `code2Session` answered in no time: `python -m bench.stand_in PORT`.

A bare protocol, so that what is measured is the servers. The first eight characters of a code are the shopper's
number; the rest makes the code unique. The same number always gets the same openid.
"""

import asyncio
import hashlib
import sys
from base64 import b64encode, urlsafe_b64encode
from functools import lru_cache
from typing import cast

END = b"\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


class StandIn(asyncio.Protocol):
    """One connection; requests have no body and may come in a row."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *requests, self._rest = (self._rest + data).split(END)
        self._transport.write(b"".join(answer(request) for request in requests))


def answer(request: bytes) -> bytes:
    """The answer to one request head."""
    line, _, _ = request.partition(b"\r\n")
    _, found, rest = line.partition(b"js_code=")
    if not found or not line.startswith(b"GET /sns/jscode2session?"):
        return NOT_FOUND
    return _session_of(rest[:8])


def openid_of(number: int) -> str:
    """The openid that this WeChat gives a shopper."""
    return _openid(b"%08d" % number).decode()


@lru_cache(maxsize=1_000_000)
def _session_of(number: bytes) -> bytes:
    session_key = b64encode(hashlib.sha256(number).digest()[-16:])
    body = b'{"session_key":"%b","openid":"%b"}' % (session_key, _openid(number))
    return HEAD % len(body) + body


def _openid(number: bytes) -> bytes:
    return b"o" + urlsafe_b64encode(hashlib.sha256(number).digest())[:27]


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(StandIn, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
