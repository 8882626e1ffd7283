"""RSA for the platform's side of the sandbox: real signatures, cheap to make, on purpose not secret.

Signing by a key of two 1,024-bit primes costs over a millisecond, which would make the simulator the slowest part of
every benchmark of a shop. So the modulus of a platform key here is a product of many 30-bit primes: the private
operation becomes many tiny ones (Chinese remainder theorem). For whoever verifies, it is an ordinary key of 2,048 bits
with e = 65537 and RSASSA-PKCS1-v1_5. Anybody can factor it; it protects nothing, as nothing in a sandbox may.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from math import prod
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

BITS: Final = 2048
E: Final = 65537
PRIMES: Final = 68
_SIZE: Final = BITS // 8
_SHA256_PREFIX: Final = bytes.fromhex("3031300d060960864801650304020105000420")
_PADDING: Final = b"\x00\x01" + b"\xff" * (_SIZE - 3 - len(_SHA256_PREFIX) - 32) + b"\x00" + _SHA256_PREFIX
_WITNESSES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
"""Enough for a certain answer below 3.3e24 (Sorenson and Webster, 2015)."""


class QuickKey:
    """A private key, known by its primes."""

    __slots__ = ("_parts", "n", "primes")

    def __init__(self, primes: Sequence[int]) -> None:
        self.primes = tuple(primes)
        self.n = prod(self.primes)
        self._parts = [(p, pow(E, -1, p - 1), (rest := self.n // p) * pow(rest, -1, p)) for p in self.primes]

    def sign(self, message: bytes) -> str:
        """SHA256withRSA, base64."""
        return base64.b64encode(self._raised(_PADDING + hashlib.sha256(message).digest())).decode()

    def public(self) -> rsa.RSAPublicKey:
        """The public half, as everybody's library knows it."""
        return rsa.RSAPublicNumbers(E, self.n).public_key()

    def open_oaep_sha1(self, sealed: bytes) -> bytes | None:
        """RSA-OAEP (RFC 8017 §7.1.2) with SHA-1 and no label; None if it is not for this key."""
        if len(sealed) != _SIZE or int.from_bytes(sealed) >= self.n:
            return None
        block = self._raised(sealed)
        seed = _xor(block[1:21], _mask(block[21:], 20))
        data = _xor(block[21:], _mask(seed, len(block) - 21))
        label, rest = data[:20], data[20:].lstrip(b"\x00")
        if block[0] or label != hashlib.sha1(b"").digest() or rest[:1] != b"\x01":  # noqa: S324 - the protocol's
            return None
        return rest[1:]

    def _raised(self, block: bytes) -> bytes:
        value = int.from_bytes(block)
        return (sum([pow(value % p, d, p) * unit for p, d, unit in self._parts]) % self.n).to_bytes(_SIZE)


def new_key() -> QuickKey:
    """A fresh key; takes milliseconds."""
    primes: set[int] = set()
    while len(primes) < PRIMES - 1:
        primes.add(_quick_prime())
    product = prod(primes)
    return QuickKey([*primes, _prime((1 << (BITS - 1)) // product + 1, (1 << BITS) // product)])


def _quick_prime() -> int:
    """A prime of 30 bits for which the private exponent d is short: E * d = 1 + 2 * (p - 1)."""
    while True:
        d = 3 << 13 | secrets.randbelow(1 << 13) | 1
        if _is_prime(p := (E * d + 1) // 2):
            return p


def _prime(low: int, high: int) -> int:
    """A prime p within low..high with p - 1 not divisible by E."""
    while True:
        candidate = low + secrets.randbelow(high - low) | 1
        if candidate < high and (candidate - 1) % E and _is_prime(candidate):
            return candidate


def _is_prime(n: int) -> bool:
    twos = ((n - 1) & -(n - 1)).bit_length() - 1
    for witness in _WITNESSES:
        if n % witness == 0:
            return n == witness
        x = pow(witness, n >> twos, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _mask(seed: bytes, length: int) -> bytes:
    blocks = -(-length // 20)
    made = b"".join(hashlib.sha1(seed + n.to_bytes(4)).digest() for n in range(blocks))  # noqa: S324 - MGF1-SHA-1
    return made[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
