"""A small house for shopper stories: two handlers, three apps, the vault over a file KMS, the login lane."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from yumen.customer.identity import App, Apps, Authenticator, Logins, handlers
from yumen.customer.identity.enrolment import take_in
from yumen.customer.identity.handlers import AppEntry, BrandEntry, HandlerEntry
from yumen.customer.identity.login import Arrival, Known, doorkeeper
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security.keys import FileKms, Keyring
from yumen.security.vault import Vault
from yumen.wechat import Session

VELVET, VELVET_CLUB, RIVAL = "wx00000000000000a1", "wx00000000000000a2", "wx00000000000000b1"
ENTRIES = (
    HandlerEntry(
        "velvet",
        "Velvet (Shanghai) Trading Co., Ltd.",
        "丝绒(上海)贸易有限公司",
        [BrandEntry("velvet", "Velvet", "丝绒", [AppEntry(VELVET), AppEntry(VELVET_CLUB)])],
        "91310000MA1K000019",
    ),
    HandlerEntry("rival", "Rival Ltd.", "对手有限公司", [BrandEntry("rival", "Rival", "对手", [AppEntry(RIVAL)])]),
)


@dataclass
class Ear:
    """Hears what is emitted."""

    heard: list[object] = field(default_factory=list)

    async def publish(self, conn: Conn, event: object) -> None:
        self.heard.append(event)


@dataclass(frozen=True)
class House:
    database: Database
    clock: Clock
    work: Work
    vault: Vault
    apps: Apps
    logins: Logins
    ear: Ear
    services: dict[type, object]

    def app(self, appid: str = VELVET) -> App:
        return self.apps.named(appid)

    @property
    def handler(self) -> HandlerId:
        return self.app().handler

    def unit(self, appid: str = VELVET) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of the login of that app's handler."""
        return self.work.begin(doorkeeper(self.app(appid).handler))

    def staff(self, name: str = "stf_0000000000000000000000000a") -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.STAFF, name, self.handler))

    def arrive(self, openid: str, unionid: str = "", appid: str = VELVET, repeat: bytes | None = None) -> Arrival:
        session = Session(openid, session_key=secrets.token_urlsafe(16), unionid=unionid)
        return self.logins.arrive(self.app(appid), session, "ios-8.0", repeat)

    async def enrol(self, openid: str, unionid: str = "", appid: str = VELVET) -> tuple[SubjectId, Arrival]:
        """A shopper who has just logged in for the first time in that app."""
        arrival = self.arrive(openid, unionid, appid)
        async with self.unit(appid) as uow:
            known, _ = await take_in(uow, arrival)
        return known.subject, arrival

    async def come_back(self, openid: str, unionid: str = "", appid: str = VELVET) -> tuple[Known, Arrival]:
        """A known shopper logs in through the lane."""
        arrival = self.arrive(openid, unionid, appid)
        outcome = await self.logins.open(arrival)
        assert isinstance(outcome, Known)
        return outcome, arrival

    async def rows(self, query: str, *values: object) -> Sequence[Mapping[str, object]]:
        """What the database holds, asked as its owner."""
        async with await self.database.connect(Role.OWNER) as owner:
            return await (await owner.execute(query, values)).fetchall()

    async def leaves(self, *kinds: str) -> list[tuple[str, int | None]]:
        """The leaves so far in their order, as (kind, subject); of these kinds only, if any are named."""
        bodies = [msgspec.json.decode(row["body"]) for row in await self.rows("select body from trail.entry order by id")]
        return [(body[1], body[6]) for body in bodies if not kinds or body[1] in kinds]


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    vault = Vault(Keyring(database, FileKms(tmp_path / "kms")))
    await vault.open()
    clock, ear = Clock(), Ear()
    services: dict[type, object] = {Vault: vault, Authenticator: Authenticator()}
    work = Work(database, clock, services, ear)
    async with work.begin(Actor(ActorKind.SYSTEM, "cli", HandlerId(0))) as uow:
        await handlers.sync(uow, ENTRIES)
        apps = await Apps.read(uow.conn)
    logins = Logins(database.pool(Role.APP), clock, vault)
    services |= {Apps: apps, Logins: logins}
    yield House(database, clock, work, vault, apps, logins, ear, services)
    await logins.close()
