"""What the desk of a CRM sandbox does for every CRM alike: clock, troubles, calls, arrivals, letters."""

from __future__ import annotations

import base64
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from yumen.kit.errors import Code
from yumen.sandbox.kit.arrivals import Arrival
from yumen.sandbox.kit.crm_memory import CrmMemory, CrmSettings
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.memory import ClockUnfit
from yumen.sandbox.kit.troubles import Trouble


class ClockAsk(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Move the sandbox's clock on, or set how far it is ahead of real time."""

    advance_s: float | UnsetType = UNSET
    offset_s: float | UnsetType = UNSET


class ResetAsk(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Forget everything; begin with this seed (or the same)."""

    seed: int | UnsetType = UNSET


class Counted(msgspec.Struct, kw_only=True):
    """How often a path answered with a status since the sandbox started."""

    path: str
    status: int
    calls: int


class LetterShown(msgspec.Struct, kw_only=True):
    """One call as it came; the body in base64, before any unpacking."""

    seq: int
    at: float
    method: str
    target: str
    headers: dict[str, str]
    body: str


class Locks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Values (record ids, external ids) whose rows are locked; the empty list unlocks."""

    names: list[Annotated[str, Meta(max_length=255)]]


class Ended(msgspec.Struct, kw_only=True):
    """How many access tokens that ended."""

    tokens: int


W_co = TypeVar("W_co", bound=CrmMemory[CrmSettings], covariant=True)


class Keeping(Generic[W_co]):
    """Acts on a world; `clock_unfit` is the sandbox's own code."""

    def __init__(self, world: W_co, clock_unfit: Code) -> None:
        self.world = world
        self._clock_unfit = clock_unfit

    def move_clock(self, ask: Ask) -> None:
        """Everything that expires, expires by this clock. Raises the code."""
        wish: ClockAsk = ask.body
        try:
            self.world.move_clock(
                None if wish.offset_s is UNSET else wish.offset_s, 0.0 if wish.advance_s is UNSET else wish.advance_s
            )
        except ClockUnfit:
            raise self._clock_unfit() from None

    def reset(self, ask: Ask) -> None:
        """Begin anew."""
        wish: ResetAsk = ask.body
        self.world.reset(None if wish.seed is UNSET else wish.seed)

    def add_trouble(self, ask: Ask) -> list[Trouble]:
        """One more misbehaviour."""
        settings = self.world.settings
        settings.troubles.append(ask.body)
        self.world.save_settings()
        return settings.troubles

    def end_troubles(self, _: Ask) -> None:
        """Behave again; locks are taken off too."""
        self.world.settings.troubles.clear()
        self.world.settings.locked.clear()
        self.world.save_settings()

    def lock(self, ask: Ask) -> Locks:
        """Lock rows, or unlock them."""
        wish: Locks = ask.body
        self.world.settings.locked = list(wish.names)
        self.world.save_settings()
        return wish

    def list_calls(self, ask: Ask) -> list[LogRow]:
        """The newest calls; `?limit=`, `?path=`."""
        path = ask.request.query.get("path", "")
        where = "(? = '' OR path = ?)"
        return self.world.journal.calls(where, (path, path), ask.number("limit", 100, 1000))

    def metrics(self, _: Ask) -> list[Counted]:
        """Counts since the start."""
        counted = sorted(self.world.metrics.items())
        return [Counted(path=path, status=status, calls=number) for (path, status), number in counted]

    def list_arrivals(self, ask: Ask) -> list[Arrival]:
        """Changes of records in their order, `?after=`, `?limit=`, `?key=` (one external id)."""
        after, limit, key = after_of(ask), ask.number("limit", 100, 10_000), ask.request.query.get("key", "")
        return self.world.arrivals.list_arrivals(after, limit, key)

    def list_letters(self, ask: Ask) -> list[LetterShown]:
        """Calls as they came, `?after=`, `?limit=`."""
        found = self.world.arrivals.list_letters(after_of(ask), ask.number("limit", 100, 1000))
        return [
            LetterShown(
                seq=letter.seq,
                at=letter.at,
                method=letter.method,
                target=letter.target,
                headers=letter.headers,
                body=base64.b64encode(letter.body).decode(),
            )
            for letter in found
        ]


def after_of(ask: Ask) -> int:
    """`?after=`: a sequence number, 0 if absent or no number."""
    text = ask.request.query.get("after", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
