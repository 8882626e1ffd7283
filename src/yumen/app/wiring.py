"""The only file that knows every module: what is built once for a process, and what is told to whom.

    async with furnished(settings, databases) as house: …

A house that is not furnished for an edge (`roles`, `parts`) opens only what it needs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from yumen.app import gateway, listeners, shop, store
from yumen.app.databases import Databases
from yumen.app.holdings import HOLDINGS
from yumen.app.moved_clock import followed
from yumen.app.notices import notices_of
from yumen.app.pen import process_signer
from yumen.app.secrets import ProcessSecrets
from yumen.app.transfer import delivery
from yumen.customer import consent, identity, profile
from yumen.kit.clock import Clock, shanghai_day
from yumen.kit.db import Database, Role
from yumen.kit.events import Bus
from yumen.kit.http import Http, HttpSettings
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Jobs
from yumen.kit.settings import App, Settings
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security.datamap import DataMap
from yumen.security.keys import AES_256_GCM, SM4_GCM, FileKms, KeyCache, Keyring
from yumen.security.trail import Tiles
from yumen.security.vault import Budget, Vault
from yumen.wechat import Account, Accounts, Mini, PushMode, PushSettings, TokenRows, Tokens, Transport
from yumen.wechat.push import Inbox, Listeners

SUITES: Final = {"sm": SM4_GCM, "intl": AES_256_GCM}
NOBODY: Final = HandlerId(0)
"""The handler of what the system does for the whole installation."""
SYSTEM: Final = Actor(ActorKind.SYSTEM, "system", NOBODY)


@dataclass(frozen=True, slots=True)
class House:
    """One furnished process."""

    settings: Settings
    databases: Databases
    database: Database
    work: Work
    jobs: Jobs
    keyring: Keyring


@asynccontextmanager
async def furnished(settings: Settings, databases: Databases, *roles: Role) -> AsyncIterator[House]:
    """Open pools (app and keys always), keys, clients and caches; close them after the block.

    Raises `database.unavailable`, `keys.kms_…`.
    """
    clock = Clock()
    jobs = Jobs()
    bus = Bus(jobs)
    listeners.register(jobs, bus)
    shop.close_chapters(jobs, settings.chapters)
    delivery.listen(bus, settings.delivery)
    if settings.recipient:
        gateway.tap(bus)
    database = Database(databases.urls, settings.database.pool_max)
    services: dict[type, object] = {}
    work = Work(database, clock, services, bus)
    http = outgoing(settings)
    try:
        await database.open(Role.APP, Role.KEYS, *roles)
        async with followed(work, movable=settings.clock.movable):
            keyring = Keyring(database, FileKms(settings.keys.folder), KeyCache(settings.keys.cache_max))
            await _furnish(settings, work, keyring, http, services)
            async with (
                shop.open_shop(settings, work, http) as of_shop,
                gateway.open_gateway(
                    settings, work, keyring, work.use(ProcessSecrets), work.use(DataMap)
                ) as of_gateway,
            ):
                services |= of_shop | of_gateway
                services |= {Jobs: jobs, delivery.Endpoints: await delivery.endpoints_of(settings, work)}
                yield House(settings, databases, database, work, jobs, keyring)
            await work.use(identity.Logins).close()
    finally:
        await http.close()
        await database.close()


async def _furnish(settings: Settings, work: Work, keyring: Keyring, http: Http, services: dict[type, object]) -> None:
    vault = Vault(keyring, SUITES[settings.keys.suite], Budget(settings.keys.unseal_per_minute_max))
    await vault.open()
    secrets = await ProcessSecrets.opened(keyring)
    services |= {Vault: vault, Keyring: keyring, Tiles: Tiles(), identity.Authenticator: identity.Authenticator()}
    apps = await _register(settings, work)
    accounts = Accounts(account(app, apps.named(app.appid).handler) for app in settings.app.values())
    pool = work.database.pool(Role.APP)
    transport = wechat_transport(http, settings)
    services |= {
        DataMap: DataMap(HOLDINGS, on=shanghai_day(work.clock.now())),
        ProcessSecrets: secrets,
        Http: http,
        Mini: Mini(transport, Tokens(transport, TokenRows(pool), secrets), accounts),
        Inbox: Inbox(accounts, secrets),
        Listeners: listeners.of_pushes(),
        identity.Apps: apps,
        identity.Logins: identity.Logins(pool, work.clock, vault),
        consent.Eligibility: consent.Eligibility(profile.minors.barred),
        consent.ReceiptSigner: consent.ReceiptSigner(
            await process_signer(keyring, "receipt-signer"), settings.trail.origin
        ),
        consent.AppHandlers: consent.AppHandlers(lambda appid: _handler_of(apps, appid)),
        Accounts: accounts,
    }


def wechat_transport(http: Http, settings: Settings) -> Transport:
    """The road to WeChat as the settings describe it."""
    wechat = settings.wechat
    return Transport(http, wechat.base_urls, wechat.timeout_s, wechat.connect_s)


def outgoing(settings: Settings) -> Http:
    """The outgoing HTTP client as the settings describe it."""
    return Http(HttpSettings(proxy_url=settings.wechat.proxy, ca_bundle=settings.wechat.ca_bundle))


async def _register(settings: Settings, work: Work) -> identity.Apps:
    """Write down handlers, brands, apps and notices as the settings name them; read the apps back."""
    async with work.begin(SYSTEM) as uow:
        await store.lock_registration(uow.conn)
        await identity.handlers.sync(uow, identity.handlers.entries_of(settings))
        apps = await identity.Apps.read(uow.conn)
        numbers = await identity.handlers.numbers(uow.conn)
    for code, handler in settings.handler.items():
        async with work.begin(Actor(ActorKind.SYSTEM, "system", numbers[code])) as uow:
            await store.lock_registration(uow.conn)
            await consent.registration.register(uow, notices_of(handler))
    return apps


def account(app: App, handler: HandlerId = NOBODY) -> Account:
    """An app of the settings as an account at WeChat."""
    push = None
    if app.push_token:
        push = PushSettings(app.push_token.reveal(), app.push_aes_key.reveal(), PushMode(app.push_mode))
    return Account(app.appid, app.secret.reveal(), handler, push)


def _handler_of(apps: identity.Apps, appid: str) -> HandlerId | None:
    known = apps.find(appid)
    return None if known is None else known.handler
