"""SM3 and SM2 by other libraries than the log's own: hashlib (OpenSSL) or gmssl-pyx, and gmssl-pyx."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import gmssl_pyx

POINT_BYTES: Final = 64
_ABC: Final = bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")  # GB/T 32905-2016, A.1


class _State(Protocol):
    def copy(self) -> _State: ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def _hashlib_state() -> _State | None:
    """hashlib's SM3, if the linked OpenSSL has it and it passes the standard's own example."""
    try:
        sound = hashlib.new("sm3", b"abc").digest() == _ABC
    except ValueError:
        return None
    return hashlib.new("sm3") if sound else None


def _prefixed(prefix: bytes, state: _State | None) -> Callable[[Iterable[bytes]], list[bytes]]:
    if state is None:
        return lambda items: [bytes(gmssl_pyx.sm3_hash(prefix + item)) for item in items]
    state = state.copy()
    state.update(prefix)
    copy = state.copy

    def hashed(items: Iterable[bytes]) -> list[bytes]:
        found = []
        for item in items:
            fresh = copy()
            fresh.update(item)
            found.append(fresh.digest())
        return found

    return hashed


def hashers(state: _State | None) -> tuple[Callable[[Iterable[bytes]], list[bytes]], ...]:
    """SM3 of data, of leaves (prefix 0) and of joined pairs of hashes (prefix 1); by gmssl-pyx when `state` is None."""
    return _prefixed(b"", state), _prefixed(b"\x00", state), _prefixed(b"\x01", state)


_plain, leaf_hashes, pair_hashes = hashers(_hashlib_state())


def sm3(data: bytes) -> bytes:
    return _plain((data,))[0]


def leaf_hash(body: bytes) -> bytes:
    return leaf_hashes((body,))[0]


def pair_hash(pair: bytes) -> bytes:
    return pair_hashes((pair,))[0]


def signed_by(point: bytes, message: bytes, signature: bytes) -> bool:
    """Is this DER SM2 signature (signer id 1234567812345678) by the key of the point x ‖ y? Malformed means no."""
    if len(point) != POINT_BYTES or not _is_pair(signature):
        return False
    try:
        return bool(gmssl_pyx.sm2_verify(point, message, signature))
    except gmssl_pyx.GmsslInnerError:
        return False


def _is_pair(der: bytes) -> bool:
    """SEQUENCE of two short INTEGERs and nothing else; gmssl-pyx complains on stderr about anything else."""
    if not 8 <= len(der) <= 72 or der[0] != 0x30 or der[1] != len(der) - 2 or der[2] != 0x02:
        return False
    second = 4 + der[3]
    return (
        1 <= der[3] <= 33 and second + 2 < len(der) and der[second] == 0x02 and der[second + 1] == len(der) - second - 2
    )
