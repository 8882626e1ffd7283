"""Pushes as WeChat makes them, and a house that takes them in."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork, Work
from yumen.wechat import Account, Accounts, PushSettings
from yumen.wechat.push import Inbox, Listeners, Pushed, PushReceived, handle_push_job
from yumen.wechat.push.receive import Outcome, keep
from yumen.wechat.push.verify import Delivery

APPID = "wx" + "c" * 16
TOKEN = "storytoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def seal(plain: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    inner = os.urandom(16) + len(plain).to_bytes(4) + plain + APPID.encode()
    pad = 32 - len(inner) % 32
    encryptor = Cipher(AES256(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(inner + bytes([pad]) * pad) + encryptor.finalize()).decode()


@dataclass
class Ear:
    """Hears what is emitted."""

    heard: list[object] = field(default_factory=list)

    async def publish(self, conn: Conn, event: object) -> None:
        self.heard.append(event)


@dataclass
class PushHouse:
    work: Work
    clock: Clock
    inbox: Inbox
    ear: Ear
    told: list[Pushed]
    database: Database
    trouble: list[Exception] = field(default_factory=list)
    nonces: int = 0

    def delivery(self, message: Mapping[str, object], nonce: str | None = None, at: datetime | None = None) -> Delivery:
        """A secure delivery of a message, each with a nonce of its own."""
        self.nonces += 1
        nonce = nonce or f"n{self.nonces}"
        timestamp = str(int((at or datetime.now(UTC)).timestamp()))
        encrypted = seal(json.dumps(message).encode())
        body = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).encode()
        return Delivery(timestamp, nonce, "", sign(TOKEN, timestamp, nonce, encrypted), body)

    async def receive(self, delivery: Delivery) -> Outcome | None:
        prepared = await self.inbox.prepare(APPID, delivery, datetime.now(UTC))
        if prepared is None:
            return None
        async with self.work.begin(self.inbox.actor(APPID)) as uow:
            return await keep(uow, prepared)

    async def run_jobs(self) -> None:
        for event in list(self.ear.heard):
            assert isinstance(event, PushReceived)
            await handle_push_job(self.work, {"push_id": event.push_id, "appid": event.appid})

    async def rows(self, table: str) -> Sequence[Mapping[str, object]]:
        async with self.database.pool(Role.APP).connection() as conn:
            return await (await conn.execute(f"select * from wechat.{table}")).fetchall()

    def move_on(self, days: int) -> None:
        self.clock.offset += timedelta(days=days)


@pytest.fixture
def house(database: Database, key_store) -> PushHouse:
    told: list[Pushed] = []
    trouble: list[Exception] = []

    async def listen(_: UnitOfWork, event: Pushed) -> None:
        if trouble:
            raise trouble.pop()
        told.append(event)

    inbox = Inbox(Accounts([Account(APPID, "s", HandlerId(7), PushSettings(TOKEN, AES_KEY))]), key_store)
    listeners = Listeners({kind: [listen] for kind in Pushed.__subclasses__()})
    clock, ear = Clock(), Ear()
    work = Work(database, clock, {Inbox: inbox, Listeners: listeners}, ear)
    return PushHouse(work, clock, inbox, ear, told, database, trouble)
