"""What a library that does SM2 must offer, and which versions hold the fixes of the SM2 timing flaws."""

from dataclasses import dataclass
from typing import Protocol

FIXED = {(3, 0): 23, (3, 4): 8, (3, 5): 9, (3, 6): 5, (4, 0): 3}  # first patch level with the fixes, per branch


class BadKey(ValueError):
    """Not a usable SM2 key."""


class Sm2Unavailable(RuntimeError):
    """No library here does SM2: install OpenSSL 3 (libssl3) or gmssl-pyx."""


class PublicHandle(Protocol):
    """A loaded public key of one library."""

    def verify(self, message: bytes, signature: bytes, identity: bytes) -> bool: ...
    def encrypt(self, plain: bytes) -> bytes: ...


class PrivateHandle(Protocol):
    """A loaded private key of one library."""

    @property
    def point(self) -> bytes: ...
    def sign(self, message: bytes, identity: bytes) -> bytes: ...
    def decrypt(self, sealed: bytes) -> bytes: ...


class Engine(Protocol):
    """One library that does SM2."""

    @property
    def report(self) -> "EngineReport": ...
    def generate(self) -> tuple[bytes, bytes | None]: ...
    def public(self, point: bytes) -> PublicHandle: ...
    def private(self, scalar: bytes, point: bytes | None) -> PrivateHandle: ...


@dataclass(frozen=True, slots=True)
class EngineReport:
    """What does SM2 here; `fixed` says whether its version number is known to hold the timing fixes."""

    library: str
    version: str
    fixed: bool


def is_fixed(major: int, minor: int, patch: int) -> bool:
    """Does this upstream version hold the fixes of the SM2 timing flaws?"""
    if (major, minor) > max(FIXED):
        return True
    return patch >= FIXED.get((major, minor), patch + 1)
