"""One key of one person and retention class, and how it lies wrapped under its epoch's key.

The random 32 bytes encrypt nothing themselves: each suite's key is derived from them, SM3(label ‖ 32 bytes), both of
fixed length, so that one person's SM4 and AES keys say nothing of each other. The wrapping binds subject, class, epoch
and version.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from os import urandom
from typing import Final, Protocol

from yumen.kit.crypto import Aes256Gcm, BadTag, Sm4Gcm, sm3
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass

TAMPERED: Final = Code("keys.tampered", 500)

MATERIAL_BYTES: Final = 32
EPOCH_KEY_BYTES: Final = 16

_WRAP_AAD: Final = struct.Struct(">4sqIH")
_WRAP_MARK: Final = b"ysk1"


class Cipher(Protocol):
    """What seals and opens under one derived key."""

    def seal(self, plain: bytes, aad: bytes) -> bytes: ...
    def open(self, sealed: bytes, aad: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Suite:
    """One way to seal. `mark` is the first byte of every ciphertext and is never given to another suite."""

    mark: int
    name: str
    label: bytes
    make: Callable[[bytes], Cipher]
    key_bytes: int


SM4_GCM: Final = Suite(0x01, "sm4-gcm", b"yumen/sm4-gcm/01", Sm4Gcm, 16)
AES_256_GCM: Final = Suite(0x02, "aes-256-gcm", b"yumen/aes-256/02", Aes256Gcm, 32)
SUITES: Final = {suite.mark: suite for suite in (SM4_GCM, AES_256_GCM)}


class SubjectKey:
    """An open key. It lives in the key cache and in the hands of one unit of work; nothing prints it."""

    __slots__ = ("_ciphers", "_material", "retention", "subject", "version")

    def __init__(self, subject: SubjectId, retention: RetentionClass, version: int, material: bytes) -> None:
        self.subject, self.retention, self.version = subject, retention, version
        self._material = material
        self._ciphers: dict[int, Cipher] = {}

    @classmethod
    def generate(cls, subject: SubjectId, retention: RetentionClass, version: int = 1) -> "SubjectKey":
        """A new random key."""
        return cls(subject, retention, version, urandom(MATERIAL_BYTES))

    @classmethod
    def unwrap(
        cls, subject: SubjectId, retention: RetentionClass, version: int, epoch: int, wrapped: bytes, under: Cipher
    ) -> "SubjectKey":
        """Open a wrapped key. Raises `keys.tampered` when it is not that subject's, class's, epoch's and version's."""
        return cls(subject, retention, version, _open(under, wrapped, _bound(subject, retention, epoch, version)))

    def wrap(self, epoch: int, under: Cipher) -> bytes:
        """60 bytes under the epoch's key."""
        return under.seal(self._material, _bound(self.subject, self.retention, epoch, self.version))

    def cipher(self, suite: Suite) -> Cipher:
        """The cipher of that suite, derived at its first use."""
        known = self._ciphers.get(suite.mark)
        if known is None:
            derived = sm3(suite.label + self._material)
            known = self._ciphers[suite.mark] = suite.make(derived[: suite.key_bytes])
        return known

    def __repr__(self) -> str:
        """Whose key it is, never the key."""
        return f"SubjectKey({self.subject}, {self.retention.value}, version={self.version})"


def rewrap(
    subject: SubjectId, retention: RetentionClass, version: int, old: tuple[int, Cipher], new: tuple[int, Cipher],
    wrapped: bytes,
) -> bytes:  # fmt: skip
    """Move a wrapped key from one (epoch, key) under another. Raises `keys.tampered`."""
    material = _open(old[1], wrapped, _bound(subject, retention, old[0], version))
    return new[1].seal(material, _bound(subject, retention, new[0], version))


def _open(under: Cipher, wrapped: bytes, aad: bytes) -> bytes:
    try:
        return under.open(wrapped, aad)
    except BadTag:
        raise TAMPERED() from None


def _bound(subject: SubjectId, retention: RetentionClass, epoch: int, version: int) -> bytes:
    return _WRAP_AAD.pack(_WRAP_MARK, subject, epoch, version) + retention.encode()
