"""A small house for shopper stories: two handlers, three apps, the vault over a file KMS, the login lane.

`house` is for stories; `street` adds the WeChat sandbox and both edges, for stories told over HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from os import urandom
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from tests.stories.wechat.conftest import KeyStore, sandbox  # noqa: F401  # a fixture
from yumen.customer import consent, profile
from yumen.customer.identity import App, Apps, Authenticator, Logins, handlers
from yumen.customer.identity.enrolment import take_in
from yumen.customer.identity.handlers import AppEntry, BrandEntry, HandlerEntry
from yumen.customer.identity.login import Arrival, Known, doorkeeper
from yumen.customer.identity.routes import ROUTES as IDENTITY_ROUTES
from yumen.customer.identity.routes import recognise
from yumen.customer.profile.routes import ROUTES as PROFILE_ROUTES
from yumen.customer.profile.routes import STAFF_ROUTES
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.web import Caller, Guarded, Limits, Opened, web_app
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import App as WeChatApp
from yumen.sandbox.wechat.server import Addresses
from yumen.security import access
from yumen.security.datamap import Purpose
from yumen.security.keys import FileKms, Keyring
from yumen.security.vault import Vault
from yumen.wechat import Account, Accounts, Mini, Session, TokenRows, Tokens, Transport

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

NOTICE_FACTS: consent.notices.Facts = {
    "en": {"handler": "Velvet", "contact": "privacy@velvet.example"},
    "zh": {"handler": "丝绒", "contact": "privacy@velvet.example"},
}


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
    logins: Logins
    ear: Ear
    services: dict[type, object]

    def app(self, appid: str = VELVET) -> App:
        apps = self.services[Apps]
        assert isinstance(apps, Apps)
        return apps.named(appid)

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

    async def agree(
        self, subject: SubjectId, purpose: Purpose = Purpose.PROFILE, *, given: bool = True, appid: str = VELVET
    ) -> None:
        """The person answers the notice of that purpose."""
        shown = {notice.purpose: notice for notice in consent.notices.load(NOTICE_FACTS)}
        choice = consent.choices.Choice(purpose, given, shown[purpose].hash(), "zh")
        async with self.unit(appid) as uow:
            await consent.registration.register(uow, list(shown.values()))
            await consent.choices.answer(uow, subject, [choice])

    async def rows(self, query: str, *values: object) -> Sequence[Mapping[str, object]]:
        """What the database holds, asked as its owner."""
        async with await self.database.connect(Role.OWNER) as owner:
            return await (await owner.execute(query, values)).fetchall()

    async def leaves(self, *kinds: str) -> list[tuple[str, int | None]]:
        """The leaves so far in their order, as (kind, subject); of these kinds only, if any are named."""
        bodies = [
            msgspec.json.decode(row["body"]) for row in await self.rows("select body from trail.entry order by id")
        ]
        return [(body[1], body[6]) for body in bodies if not kinds or body[1] in kinds]


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(database, tmp_path / "kms") as opened:
        yield opened


@asynccontextmanager
async def opened_house(database: Database, kms: Path) -> AsyncIterator[House]:
    """A house over these databases."""
    vault = Vault(Keyring(database, FileKms(kms)))
    await vault.open()
    clock, ear = Clock(), Ear()
    services: dict[type, object] = {
        Vault: vault,
        Authenticator: Authenticator(),
        consent.Eligibility: consent.Eligibility(profile.minors.barred),
    }
    work = Work(database, clock, services, ear)
    async with work.begin(Actor(ActorKind.SYSTEM, "cli", HandlerId(0))) as uow:
        await handlers.sync(uow, ENTRIES)
        apps = await Apps.read(uow.conn)
    logins = Logins(database.pool(Role.APP), clock, vault)
    services |= {Apps: apps, Logins: logins}
    yield House(database, clock, work, vault, logins, ear, services)
    await logins.close()


class ShopperDoor:
    async def recognise(self, work: Work, token: str) -> Caller | None:
        return await recognise(work, token)

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


@dataclass
class StaffDoor:
    """Whoever shows a staff id and a role is that person: `stf_… compliance`."""

    handler: HandlerId

    async def recognise(self, work: Work, token: str) -> Caller | None:
        name, _, role = token.partition("+")
        return Caller(Actor(ActorKind.STAFF, name, self.handler), (role,))

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


@dataclass(frozen=True)
class Street:
    """The house with WeChat's sandbox across the road, and its doors open."""

    house: House
    admin: Admin
    mini: Mini
    shop: WeChatApp
    club: WeChatApp
    shopper: AsyncTestClient[Any]
    staff: AsyncTestClient[Any]

    async def person(self) -> str:
        (person,) = await self.admin.add_people(1)
        return person.id

    async def log_in(self, person: str, app: WeChatApp | None = None, **headers: str) -> dict[str, Any]:
        """wx.login on the phone, then /v1/login."""
        shop = app or self.shop
        code = await self.admin.login(shop.appid, person)
        answer = await self.shopper.post("/v1/login", json={"app": shop.appid, "code": code}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def street(house: House, sandbox: Addresses) -> AsyncIterator[Street]:  # noqa: F811
    async with Admin(sandbox.admin) as admin, Http() as http:
        shop, club = [await admin.create_app(name=name, open_platform=f"{id(house)}") for name in ("Shop", "Club")]
        apps = [AppEntry(app.appid) for app in (shop, club)]
        entry = HandlerEntry("silk", "Silk Co.", "丝绸公司", [BrandEntry("silk", "Silk", "丝绸", apps)])
        async with house.unit() as uow:
            await handlers.sync(uow, [entry])
            house.services[Apps] = await Apps.read(uow.conn)
        known = house.services[Apps]
        assert isinstance(known, Apps)
        accounts = Accounts(Account(app.appid, app.secret, known.named(app.appid).handler) for app in (shop, club))
        transport = Transport(http, (sandbox.api,))
        mini = Mini(
            transport, Tokens(transport, TokenRows(house.database.pool(Role.APP)), KeyStore(urandom(32))), accounts
        )
        house.services[Mini] = mini

        @asynccontextmanager
        async def opening() -> AsyncIterator[Opened]:
            yield Opened(house.work, ready)

        def client(name: str, routes: list[Any], door: Guarded) -> AsyncTestClient[Any]:
            app = web_app(routes, door, Limits(), opening, name, "1")
            return AsyncTestClient(app, raise_server_exceptions=False)  # type: ignore[arg-type]

        async with (
            client("shopper", [*IDENTITY_ROUTES, *PROFILE_ROUTES], ShopperDoor()) as shopper,
            client("staff", STAFF_ROUTES, StaffDoor(house.handler)) as staff,
        ):
            yield Street(house, admin, mini, shop, club, shopper, staff)
