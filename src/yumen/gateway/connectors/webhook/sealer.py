"""What a generic endpoint needs of the envelope: bytes in, sealed bytes out, and a receipt that settles them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Sealer(Protocol):
    """One recipient's chain of envelopes. Sealing commits: what left is posted again until its receipt is here."""

    async def seal(self, content: bytes) -> bytes:
        """The next envelope. Raises Problem when it cannot be sealed (no keys, too much on the way)."""
        ...

    async def take_back(self, envelope: bytes) -> None:
        """Unmake the envelope sealed last, of which no byte went out."""
        ...

    async def waiting(self) -> Sequence[bytes]:
        """Sealed and not yet receipted, the oldest first."""
        ...

    async def settle(self, receipt: bytes) -> None:
        """Keep the recipient's countersignature. Raises Problem when it is not that."""
        ...
