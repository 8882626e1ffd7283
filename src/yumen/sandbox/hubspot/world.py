"""Everything the simulated portal knows: its set-up in memory, its records on the shelf."""

from __future__ import annotations

import secrets
import uuid
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from yumen.sandbox.hubspot.records import Access, App, Delivery, Kind, Settings
from yumen.sandbox.hubspot.schema import fresh_kinds
from yumen.sandbox.kit.arrivals import Arrivals
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import Memory
from yumen.sandbox.kit.shelf import Shelf

CALLS_KEPT_S: Final = 7 * 86400.0
CALLS_KEPT_MAX: Final = 50_000
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


class World(Memory[Settings]):
    """The state. Whoever changes a record calls `keep`; contacts and other rows lie on the shelf."""

    def __init__(self, journal: Journal, seed: int = 1) -> None:
        super().__init__(journal)
        self.shelf = Shelf(journal)
        self.arrivals = Arrivals(journal)
        self.bell: Callable[[], None] = lambda: None
        self.clear(seed)
        self._load()
        self._begin()

    def wake(self) -> None:
        """Something is to be delivered. Whoever delivers puts a bell here."""
        self.bell()

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        self.settings = Settings(seed=seed)
        self.metrics: Counter[tuple[str, int]] = Counter()
        self.kinds: dict[str, Kind] = {}
        self.apps: dict[int, App] = {}
        self.accesses: dict[str, Access] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.burst: deque[float] = deque()
        self.searches: deque[float] = deque()
        self.token_calls: Counter[str] = Counter()
        self.dice = Random(f"yumen-hubspot-{seed}")  # noqa: S311 - chance of misbehaviour, no secret

    def reset(self, seed: int | None = None) -> None:
        """Begin anew: the objects of a fresh portal and one app."""
        super().reset(seed)
        self._begin()

    def _load(self) -> None:
        for kind, key, body in self.journal.records():
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
        self.clock.offset_s = self.settings.offset_s

    def _begin(self) -> None:
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
        self.journal.forget_calls(now - CALLS_KEPT_S, CALLS_KEPT_MAX)


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
        refresh_token=f"na1-{uuid.uuid4()}",
        code=f"na1-{uuid.uuid4()}",
        scopes=list(SCOPES),
    )


def new_private_token() -> str:
    """`pat-na1-…`."""
    return f"pat-na1-{uuid.uuid4()}"
