"""What the client of every CRM sandbox's admin API can do: misbehave, lock, move the clock, see what arrived."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.sandbox.kit.admin_client import AdminClient
from yumen.sandbox.kit.arrivals import Arrival
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.keeping import Counted, Ended, LetterShown, Locks
from yumen.sandbox.kit.troubles import Trouble


class CrmAdmin(AdminClient):
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    async def trouble(self, kind: str, **more: object) -> list[Trouble]:
        """Misbehave; kinds and fields are those of `kit.troubles.Trouble`."""
        wish = msgspec.convert({"kind": kind, **more}, Trouble)
        return await self._ask("POST", "/api/troubles", list[Trouble], wish)

    async def end_troubles(self) -> None:
        """Behave again; locks are taken off too."""
        await self._ask("DELETE", "/api/troubles", None)

    async def lock(self, *names: str) -> None:
        """Rows with one of these values are locked; none unlocks."""
        await self._ask("PUT", "/api/locks", Locks, {"names": names})

    async def expire_tokens(self) -> int:
        """End every access token at once; answers how many."""
        return (await self._ask("POST", "/api/tokens/expire", Ended)).tokens

    async def advance_clock(self, seconds: float) -> None:
        """Move the sandbox's clock on."""
        await self._ask("POST", "/api/clock", Any, {"advance_s": seconds})

    async def reset(self, seed: int | None = None) -> None:
        """Forget everything."""
        await self._ask("POST", "/api/reset", Any, {} if seed is None else {"seed": seed})

    async def arrivals(self, after: int = 0, limit: int = 100, key: str = "") -> list[Arrival]:
        """Changes of records in their order, of one external id where it is given."""
        return await self._ask("GET", f"/api/arrivals?after={after}&limit={limit}&key={key}", list[Arrival])

    async def letters(self, after: int = 0, limit: int = 100) -> list[LetterShown]:
        """Calls as they came."""
        return await self._ask("GET", f"/api/letters?after={after}&limit={limit}", list[LetterShown])

    async def calls(self, limit: int = 100, path: str = "") -> list[LogRow]:
        """The newest calls."""
        return await self._ask("GET", f"/api/calls?limit={limit}&path={path}", list[LogRow])

    async def metrics(self) -> list[Counted]:
        """Counts since the sandbox started."""
        return await self._ask("GET", "/api/metrics", list[Counted])
