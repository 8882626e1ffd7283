"""What every sandbox remembers in the same way: settings, a clock that moves, records noted when they change."""

from __future__ import annotations

from math import isfinite
from typing import Final, Generic, TypeVar

import msgspec

from yumen.sandbox.kit.clock import Clock
from yumen.sandbox.kit.journal import Journal

R = TypeVar("R", bound=msgspec.Struct)
CLOCK_MAX_S: Final = 100 * 365 * 86400.0


class BasicSettings(msgspec.Struct, kw_only=True):
    """Of every sandbox itself."""

    seed: int = 1
    offset_s: float = 0.0
    vantage: str = "none"
    ca_pem: str = ""
    ca_key_pem: str = ""


S_co = TypeVar("S_co", bound=BasicSettings, covariant=True)


class ClockUnfit(ValueError):
    """The clock cannot be moved there."""


class Memory(Generic[S_co]):
    """The journal and the clock. A sandbox's world adds its records and how to begin anew (`clear`)."""

    settings: S_co

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.clock = Clock()

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        raise NotImplementedError

    def now(self) -> float:
        """The sandbox's time."""
        return self.clock.now()

    def keep(self, kind: str, key: str, record: R) -> R:
        """Note a changed record; it is in the file before any answer leaves."""
        self.journal.put(kind, key, record)
        return record

    def save_settings(self) -> None:
        """Note changed settings."""
        self.keep("settings", "settings", self.settings)

    def move_clock(self, offset_s: float | None = None, advance_s: float = 0.0) -> None:
        """Set how far the sandbox's clock is ahead of the real one, and move it on. Raises ClockUnfit."""
        offset = (self.clock.offset_s if offset_s is None else offset_s) + advance_s
        if not isfinite(offset) or not -self.clock.now() < offset < CLOCK_MAX_S:
            raise ClockUnfit
        self.clock.offset_s = self.settings.offset_s = offset
        self.save_settings()

    def reset(self, seed: int | None = None) -> None:
        """Forget everything but the certificate authority."""
        before = self.settings
        self.journal.wipe()
        self.clear(before.seed if seed is None else seed)
        self.settings.ca_pem, self.settings.ca_key_pem = before.ca_pem, before.ca_key_pem
        self.clock.offset_s = 0.0
        self.save_settings()
