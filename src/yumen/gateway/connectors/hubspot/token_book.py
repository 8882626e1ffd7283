"""Which refresh tokens HubSpot gave us, over a restart.

HubSpot's documentation returns a `refresh_token` with every refresh and does not say that it is another one; today it
is known to be the same. Whatever comes is kept, so that nothing breaks on the day it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class TokenBook(Protocol):
    """`given` is the token of the settings; another one there begins anew."""

    async def known(self, given: str) -> Sequence[str]:
        """The newest first; `given` is always among them."""
        ...

    async def keep(self, given: str, token: str) -> None:
        """Kept for good when it returns: before anything is done under it."""
        ...


class MemoryBook:
    """For tests, and for what lives no longer than its process."""

    def __init__(self) -> None:
        self._kept: dict[str, list[str]] = {}

    async def known(self, given: str) -> list[str]:
        return list(dict.fromkeys([*reversed(self._kept.get(given, [])), given]))

    async def keep(self, given: str, token: str) -> None:
        self._kept[given] = [*self._kept.get(given, []), token][-2:]
