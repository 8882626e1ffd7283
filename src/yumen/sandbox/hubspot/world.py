"""Everything the simulated portal knows: its set-up in memory, its records on the shelf."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from yumen.sandbox.hubspot.records import Access, App, Delivery, Kind, Settings
from yumen.sandbox.hubspot.schema import fresh_kinds
from yumen.sandbox.kit.crm_memory import CrmMemory
from yumen.sandbox.kit.journal import Journal

SCOPES: Final = (
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.custom.read",
    "crm.objects.custom.write",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "communication_preferences.read_write",
    "account-info.security.read",
)


class World(CrmMemory[Settings]):
    """The state. Whoever changes a record calls `keep`; contacts and other rows lie on the shelf."""

    bell: Callable[[], None] = staticmethod(lambda: None)

    def wake(self) -> None:
        """Something is to be delivered. Whoever delivers puts a bell here."""
        self.bell()

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        self.settings = Settings(seed=seed)
        self.kinds: dict[str, Kind] = {}
        self.apps: dict[int, App] = {}
        self.accesses: dict[str, Access] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.burst: deque[float] = deque()
        self.searches: deque[float] = deque()
        self.token_calls: Counter[str] = Counter()

    def take(self, kind: str, key: str, body: bytes) -> None:
        """Read one record of the state file."""
        match kind:
            case "settings":
                self.settings = msgspec.json.decode(body, type=Settings)
            case "kind":
                self.kinds[key] = msgspec.json.decode(body, type=Kind)
            case "app":
                self.apps[int(key)] = msgspec.json.decode(body, type=App)
            case "access":
                self.accesses[key] = msgspec.json.decode(body, type=Access)
            case "delivery":
                self.deliveries[key] = msgspec.json.decode(body, type=Delivery)

    def begin(self) -> None:
        """A fresh portal has its objects and one app."""
        if not self.settings.portal_id:
            self.settings.portal_id = 40_000_000 + secrets.randbelow(9_000_000)
            self.save_settings()
        if not self.kinds:
            for made in fresh_kinds().values():
                self.kinds[made.name] = self.keep("kind", made.name, made)
        if not self.apps:
            self.add_app(new_app(1_000_001))

    def add_app(self, app: App) -> App:
        """Put an app into the portal."""
        self.apps[app.app_id] = app
        return self.keep("app", str(app.app_id), app)

    def next_id(self) -> str:
        """The next record id; they rise, with as many digits each."""
        self.settings.made += 1
        self.save_settings()
        return str(100_000_000_000 + self.settings.made)

    def end_accesses(self, now: float) -> int:
        """Every OAuth access token has expired by that moment; answers how many were alive."""
        alive = [access for access in self.accesses.values() if access.expires_at > now]
        for access in alive:
            access.expires_at = now
            self.keep("access", access.token, access)
        return len(alive)

    def sweep(self) -> None:
        """Drop what is too old to be asked for, so that a long run does not grow."""
        now = self.now()
        for token in [a.token for a in self.accesses.values() if a.expires_at + 86400 < now]:
            del self.accesses[token]
            self.journal.drop("access", token)
        for name in [d.id for d in self.deliveries.values() if d.state != "waiting" and d.due_at + 86400 < now]:
            del self.deliveries[name]
            self.journal.drop("delivery", name)
        self.forget_old_calls()


def open_world(file: Path, seed: int = 1) -> World:
    """Read the state file, or begin one. Raises StateInUse if another process holds it."""
    return World(Journal(file), seed)


def new_app(app_id: int) -> App:
    """An app with identifiers of the real shapes."""
    return App(
        app_id=app_id,
        token=new_private_token(),
        client_id=str(uuid.uuid4()),
        client_secret=str(uuid.uuid4()),
        refresh_token=new_refresh_token(),
        code=f"na1-{uuid.uuid4()}",
        scopes=list(SCOPES),
    )


def new_refresh_token() -> str:
    """`na1-…`."""
    return f"na1-{uuid.uuid4()}"


def new_private_token() -> str:
    """`pat-na1-…`."""
    return f"pat-na1-{uuid.uuid4()}"
