"""What this module needs of whoever keeps secrets; handed in by `app/wiring.py`, since neighbours never meet."""

from __future__ import annotations

from typing import Protocol


class SecretStore(Protocol):
    """Seals, opens and indexes small values. `context` names the place a value lies in and is bound into it."""

    async def seal(self, context: str, plain: bytes) -> bytes:
        """Encrypt; only `open` with the same context gives it back."""
        ...

    async def open(self, context: str, sealed: bytes) -> bytes:
        """Decrypt. Raises a `Problem` when it was changed, moved to another context, or the keys are out of reach."""
        ...

    async def index(self, context: str, plain: bytes) -> bytes:
        """16 bytes that are equal for equal values and say nothing about them without the key."""
        ...
