"""A scripted WeChat on the loopback, for what the sandbox does not do on demand, and a secret store in memory."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from yumen.kit.crypto import BadTag, aes_gcm_open, aes_gcm_seal
from yumen.kit.db import UNAVAILABLE
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.wechat import Account, PushSettings, Transport

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class MemoryStore:
    """A secret store with a key of its own; `closed` imitates a key database that is away."""

    def __init__(self) -> None:
        self.key = os.urandom(32)
        self.closed = False

    async def seal(self, context: str, plain: bytes) -> bytes:
        self._check()
        return aes_gcm_seal(self.key, plain, context.encode())

    async def open(self, context: str, sealed: bytes) -> bytes:
        self._check()
        try:
            return aes_gcm_open(self.key, sealed, context.encode())
        except BadTag:
            raise UNAVAILABLE() from None

    async def index(self, context: str, plain: bytes) -> bytes:
        self._check()
        return hmac.digest(self.key, context.encode() + b"\0" + plain, hashlib.sha256)[:16]

    def _check(self) -> None:
        if self.closed:
            raise UNAVAILABLE()


@dataclass
class FakeWeChat:
    """Answers each path as told: a dict is an answer, bytes are sent as they are, a function is asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""

    def calls(self, path: str) -> list[tuple[str, str, dict[str, str], Any]]:
        return [call for call in self.asked if call[1] == path]

    async def handle(self, request: web.Request) -> web.Response:
        text = await request.text()
        query = dict(request.query)
        self.asked.append((request.method, request.path, query, json.loads(text) if text else None))
        answer = self.answers[request.path]
        if isinstance(answer, Callable):
            answer = answer(query)
        if hasattr(answer, "__await__"):
            answer = await answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return web.Response(body=body, content_type="text/plain")


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWeChat]:
    fake = FakeWeChat()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
async def transport(wechat: FakeWeChat) -> AsyncIterator[Transport]:
    async with Http() as http:
        yield Transport(http, (wechat.url,))


@pytest.fixture
def secret_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def account() -> Account:
    return Account("wx" + "a" * 16, "b" * 32, HandlerId(1), PushSettings("pamtest", AES_KEY))


@dataclass(frozen=True)
class Sender:
    """Encrypts and signs as WeChat does."""

    appid: str
    token: str = "pamtest"

    def signature(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()

    def encrypt(self, plain: bytes, appid: str | None = None) -> str:
        key = base64.b64decode(AES_KEY + "=")
        inner = os.urandom(16) + len(plain).to_bytes(4) + plain + (appid or self.appid).encode()
        pad = 32 - len(inner) % 32
        encryptor = Cipher(AES256(key), CBC(key[:16])).encryptor()
        return base64.b64encode(encryptor.update(inner + bytes([pad]) * pad) + encryptor.finalize()).decode()


@pytest.fixture
def sender(account: Account) -> Sender:
    return Sender(account.appid)
