"""Everything the simulated org knows: its set-up in memory, its records on the shelf."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import msgspec

from yumen.sandbox.kit.crm_memory import CrmMemory
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.salesforce.records import App, Job, Object, Session, Settings
from yumen.sandbox.salesforce.schema import fresh_objects

SESSIONS_KEPT_S: Final = 2 * 86400.0
DAY_S: Final = 86400.0


class World(CrmMemory[Settings]):
    """The state. Whoever changes a record calls `keep`; persons and other rows lie on the shelf."""

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        self.settings = Settings(seed=seed)
        self.objects: dict[str, Object] = {}
        self.apps: dict[str, App] = {}
        self.sessions: dict[str, Session] = {}
        self.jobs: dict[str, Job] = {}
        self.used_jtis: set[str] = set()
        self.cursors: dict[str, list[str]] = {}

    def take(self, kind: str, key: str, body: bytes) -> None:
        """Read one record of the state file."""
        match kind:
            case "settings":
                self.settings = msgspec.json.decode(body, type=Settings)
            case "object":
                self.objects[key] = msgspec.json.decode(body, type=Object)
            case "app":
                self.apps[key] = msgspec.json.decode(body, type=App)
            case "session":
                self.sessions[key] = msgspec.json.decode(body, type=Session)
            case "job":
                self.jobs[key] = msgspec.json.decode(body, type=Job)

    def begin(self) -> None:
        """A fresh org has its objects and one app."""
        if not self.settings.org_id:
            self.settings.org_id = "00D5g" + secrets.token_hex(5).upper()
            self.save_settings()
        if not self.objects:
            for made in fresh_objects().values():
                self.objects[made.name] = self.keep("object", made.name, made)
        if not self.apps:
            self.add_app(new_app())

    def add_app(self, app: App) -> App:
        """Put an app into the org."""
        self.apps[app.client_id] = app
        return self.keep("app", app.client_id, app)

    def end_sessions(self) -> int:
        """Every access token is dead from now on; answers how many were alive."""
        dead = list(self.sessions)
        for token in dead:
            del self.sessions[token]
            self.journal.drop("session", token)
        return len(dead)

    def sweep(self) -> None:
        """Drop what is too old to be asked for, so that a long run does not grow."""
        now = self.now()
        for token in [s.token for s in self.sessions.values() if s.used_at + SESSIONS_KEPT_S < now]:
            del self.sessions[token]
            self.journal.drop("session", token)
        self.settings.spent = [entry for entry in self.settings.spent if entry[0] > now - DAY_S]
        self.forget_old_calls()


def open_world(file: Path, seed: int = 1) -> World:
    """Read the state file, or begin one. Raises StateInUse if another process holds it."""
    return World(Journal(file), seed)


def new_app() -> App:
    """An app with identifiers of the real shapes."""
    key = "3MVG9" + secrets.token_urlsafe(60).replace("-", "_")[:80]
    return App(client_id=key, client_secret=secrets.token_hex(32).upper())
