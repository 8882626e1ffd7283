"""A connection whose other end hears nothing breaks off long before the call's deadline."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bench.link import Conditions, Link, NoNamespaces, opened
from yumen.kit.http.sockets import USER_TIMEOUT, breaking_off

STREAM: Final = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 9))
ANSWERS: Final = r"""
import socket
with socket.create_server(("0.0.0.0", 80)) as server:
    while True:
        peer, _ = server.accept()
        with peer:
            while peer.recv(4096): peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
"""
ASKS: Final = """
import asyncio, json, sys
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Http, HttpSettings, Request

async def main(deaf_max_s):
    async with Http(HttpSettings(deaf_max_s=deaf_max_s)) as http:
        request = Request("POST", f"http://{sys.argv[1]}/", body=b"x", deadline_s=6.0)
        print((await http.send(request)).status, flush=True)
        sys.stdin.readline()
        try:
            await http.send(request)
        except (NotSent, Unsettled) as failure:
            print(json.dumps([type(failure).__name__, failure.code]), flush=True)

asyncio.run(main(json.loads(sys.argv[2])))
"""


@pytest.fixture
def link() -> Iterator[Link]:
    try:
        with opened(Conditions(round_trip_s=0.02, loss=0)) as link:
            yield link
    except NoNamespaces as refused:
        pytest.skip(str(refused))


def said_in_a_cut(link: Link, deaf_max_s: float | None) -> list[str]:
    """What becomes of a call on an open connection when the link is cut for good."""
    words = [sys.executable, "-c", ASKS, link.server.address, json.dumps(deaf_max_s)]
    command = [str(word) for word in link.client.command(words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "200\n"
        link.cut(60.0)
        said, _ = client.communicate("go\n", timeout=60)
    return list(json.loads(said))


@pytest.mark.skipif(USER_TIMEOUT is None, reason="the system has no such limit")
def test_what_nobody_hears_breaks_off_before_the_deadline(link: Link, tmp_path: Path) -> None:
    with link.server.running([sys.executable, "-c", ANSWERS], 80, tmp_path / "answers.log"):
        assert said_in_a_cut(link, 0.5) == ["Unsettled", "http.broken_off"]


@pytest.mark.skipif(USER_TIMEOUT is None, reason="the system has no such limit")
def test_the_limit_is_the_sockets_own() -> None:
    made = breaking_off(2.0)
    assert made is not None
    assert USER_TIMEOUT is not None
    with made(STREAM) as raw:
        assert raw.getsockopt(socket.IPPROTO_TCP, USER_TIMEOUT) == 2_000


def test_without_a_limit_the_system_makes_its_sockets() -> None:
    assert breaking_off(None) is None
