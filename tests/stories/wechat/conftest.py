"""The WeChat sandbox as a process of its own, and this house's wiring towards it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from yumen.kit.crypto import BadTag, aes_gcm_open, aes_gcm_seal
from yumen.kit.db import UNAVAILABLE, Database, Role
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.server import Addresses
from yumen.wechat import Account, Accounts, Mini, PushSettings, TokenRows, Tokens, Transport

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PUSH_TOKEN = "storytoken"


class KeyStore:
    """A secret store under one key; `closed` imitates a key database that is away."""

    def __init__(self, key: bytes) -> None:
        self.key = key
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
class Stage:
    """One app of the sandbox and everything of ours that speaks for it."""

    admin: Admin
    addresses: Addresses
    account: Account
    mini: Mini
    store: KeyStore
    database: Database

    @property
    def appid(self) -> str:
        return self.account.appid

    def another_process(self, store: KeyStore | None = None) -> Tokens:
        """The tokens as another process of this installation keeps them."""
        rows = TokenRows(self.database.pool(Role.APP))
        return Tokens(self.mini.transport, rows, store or KeyStore(self.store.key))

    async def calls(self, path: str, errcode: int = 0) -> int:
        """How often this app's calls to a path ended so."""
        return sum(row.code == errcode for row in await self.admin.calls(1000, path, self.appid))

    async def refreshes(self) -> int:
        return await self.calls("/cgi-bin/stable_token")


@pytest.fixture(scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Addresses]:
    folder = tmp_path_factory.mktemp("wechat")
    runtime = folder / "runtime.json"
    arguments = ["--state", str(folder / "state.db"), "--runtime", str(runtime), "--tls-port", "0", "--quiet"]
    arguments += ["--ca", str(folder / "ca.pem")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "yumen.sandbox.wechat", *arguments, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield await _addresses(process, runtime)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _addresses(process: asyncio.subprocess.Process, runtime: Path) -> Addresses:
    ends_at = time.monotonic() + 20
    while (addresses := _found(runtime)) is None:
        assert process.returncode is None, "the sandbox ended"
        assert time.monotonic() < ends_at, "the sandbox did not start"
        await asyncio.sleep(0.05)
    return addresses


def _found(runtime: Path) -> Addresses | None:
    return msgspec.json.decode(runtime.read_bytes(), type=Addresses) if runtime.exists() else None


@pytest.fixture
def key_store() -> KeyStore:
    return KeyStore(os.urandom(32))


@pytest.fixture
async def stage(sandbox: Addresses, database: Database, key_store: KeyStore) -> AsyncIterator[Stage]:
    async with Admin(sandbox.admin) as admin, Http() as http:
        app = await admin.create_app(name="Stage", open_platform="stage")
        await admin.add_people(2)
        account = Account(app.appid, app.secret, HandlerId(1), PushSettings(PUSH_TOKEN, AES_KEY))
        transport = Transport(http, (sandbox.api,))
        tokens = Tokens(transport, TokenRows(database.pool(Role.APP)), key_store)
        yield Stage(admin, sandbox, account, Mini(transport, tokens, Accounts([account])), key_store, database)
