"""Know the entities that decide (handlers), their brands and their apps, as the settings name them.

`sync` writes them down at start, once; the secrets of an app stay in the settings. `Apps` answers from memory which
app an `appid` is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.identity import handler_store as store
from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.kit.ids import AppKey, BrandId, HandlerId
from yumen.kit.settings import Settings
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

UNKNOWN_APP: Final = Code("app.unknown", 404)
CREDIT_CODE_INVALID: Final = Code("handler.credit_code_invalid", 400)
APP_MOVED: Final = Code("app.moved", 409)

SYNCED: Final = trail.LeafKind("handler.synced", "handlers", "brands", "apps")


@dataclass(frozen=True, slots=True)
class AppEntry:
    """An app as the settings name it. `kind` is `mini`, `official` or `wecom`."""

    appid: str
    kind: str = "mini"
    original_id: str | None = None


@dataclass(frozen=True, slots=True)
class BrandEntry:
    code: str
    name_en: str
    name_zh: str
    apps: Sequence[AppEntry]


@dataclass(frozen=True, slots=True)
class HandlerEntry:
    """A legal entity as the settings declare it; `credit_code` is its unified social credit code (GB 32100-2015)."""

    code: str
    name_en: str
    name_zh: str
    brands: Sequence[BrandEntry]
    credit_code: str | None = None


def entries_of(settings: Settings) -> list[HandlerEntry]:
    """The entities, brands and apps that the settings name; their secrets stay where they are."""
    return [
        HandlerEntry(
            code,
            handler.name,
            handler.name_zh,
            [
                BrandEntry(
                    name,
                    brand.name,
                    brand.name_zh,
                    [
                        AppEntry(app.appid, app.kind, app.original_id or None)
                        for app in settings.app.values()
                        if app.brand == name
                    ],
                )
                for name, brand in settings.brand.items()
                if brand.handler == code
            ],
            handler.credit_code or None,
        )
        for code, handler in settings.handler.items()
    ]


@dataclass(frozen=True, slots=True)
class App:
    """One app of one brand of one handler."""

    key: AppKey
    handler: HandlerId
    brand: BrandId
    appid: str
    kind: str
    original_id: str | None


class Apps:
    """The apps of this process, read once after `sync`."""

    __slots__ = ("_by_appid", "_by_key")

    def __init__(self, apps: Sequence[App]) -> None:
        self._by_appid: Mapping[str, App] = {app.appid: app for app in apps}
        self._by_key: Mapping[AppKey, App] = {app.key: app for app in apps}

    @classmethod
    async def read(cls, conn: Conn) -> Apps:
        """All apps that are written down."""
        return cls([_app(row) for row in await store.list_apps(conn)])

    def find(self, appid: str) -> App | None:
        return self._by_appid.get(appid)

    def named(self, appid: str, at: str | None = None) -> App:
        """Raises `app.unknown`."""
        app = self.find(appid)
        if app is None:
            raise UNKNOWN_APP(at=at)
        return app

    def all(self) -> Sequence[App]:
        return list(self._by_key.values())

    def handlers(self) -> Sequence[HandlerId]:
        """Every handler that has an app, in ascending order."""
        return sorted({app.handler for app in self._by_key.values()})

    def get(self, key: AppKey) -> App:
        """Raises `app.unknown`."""
        app = self._by_key.get(key)
        if app is None:
            raise UNKNOWN_APP()
        return app


async def numbers(conn: Conn) -> Mapping[str, HandlerId]:
    """The number of each handler, by its name in the settings."""
    return await store.list_handlers(conn)


@recorded
async def sync(uow: UnitOfWork, entries: Sequence[HandlerEntry]) -> int:
    """Write down what the settings name; doing it again changes nothing. Answers how many rows changed.

    Nothing is ever removed: rows of persons point here. Raises `handler.credit_code_invalid`, and `app.moved` when an
    appid that is known belongs to another handler now: its subjects cannot follow (PIPL art. 23).
    """
    handlers = brands = apps = 0
    for at, entry in enumerate(entries):
        if entry.credit_code is not None and not is_credit_code(entry.credit_code):
            raise CREDIT_CODE_INVALID(at=f"/handlers/{at}/credit_code")
        handler, new = await store.put_handler(uow.conn, entry.code, entry.name_en, entry.name_zh, entry.credit_code)
        handlers += new
        for brand_entry in entry.brands:
            brand, new = await store.put_brand(
                uow.conn, handler, brand_entry.code, brand_entry.name_en, brand_entry.name_zh
            )
            brands += new
            for app in brand_entry.apps:
                apps += await _put_app(uow, handler, brand, app)
    rows = handlers + brands + apps
    if not rows:
        return uow.unchanged(0)
    await trail.record(uow, SYNCED.name, handlers=handlers, brands=brands, apps=apps)
    return rows


async def _put_app(uow: UnitOfWork, handler: HandlerId, brand: BrandId, app: AppEntry) -> int:
    owner = await store.find_app_handler(uow.conn, app.appid)
    if owner is not None and owner != handler:
        raise APP_MOVED(app=app.appid)
    return await store.put_app(uow.conn, handler, brand, app.appid, app.kind, app.original_id)


_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH: Final = 18


def is_credit_code(text: str) -> bool:
    """Is this a unified social credit code with a right check character (GB 32100-2015, ISO 7064 MOD 31-3)?"""
    if len(text) != _CREDIT_LENGTH or any(character not in _CREDIT_ALPHABET for character in text):
        return False
    total = sum(_CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(text[:-1]))
    return _CREDIT_ALPHABET[-total % 31] == text[-1]


def _app(row: DictRow) -> App:
    return App(
        AppKey(row["id"]),
        HandlerId(row["handler_id"]),
        BrandId(row["brand_id"]),
        row["appid"],
        row["kind"],
        row["original_id"],
    )
