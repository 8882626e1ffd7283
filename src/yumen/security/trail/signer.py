"""Who signs the trail: a SM2 key behind a small interface, kept in a file that only the KMS can open."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final, Protocol

import msgspec

from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.errors import Code
from yumen.security.keys.kms import Kms

UNREADABLE: Final = Code("trail.signer_unreadable", 500)
_CONTEXT: Final = {"use": "trail.signer"}


class Signer(Protocol):
    """Something that signs with SM2 (signer id 1234567812345678)."""

    @property
    def point(self) -> bytes:
        """The public key, x ‖ y, 64 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """DER SEQUENCE(r, s)."""
        ...


class KeySigner:
    """A signer whose key is in this process's memory."""

    __slots__ = ("_key",)

    def __init__(self, key: Sm2PrivateKey) -> None:
        self._key = key

    @property
    def point(self) -> bytes:
        return self._key.public.point[1:]

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class _Sealed(msgspec.Struct, frozen=True):
    kms_key: str
    sealed: bytes


async def create_signer(file: Path, kms: Kms, kms_key: str) -> KeySigner:
    """Make a new key and keep it in `file`, sealed by the KMS. Raises FileExistsError rather than replace one."""
    key = Sm2PrivateKey.generate()
    sealed = _Sealed(kms_key, await kms.encrypt(kms_key, key.scalar, _CONTEXT))
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(msgspec.json.encode(sealed))
        handle.flush()
        os.fsync(descriptor)
    return KeySigner(key)


async def load_signer(file: Path, kms: Kms) -> KeySigner:
    """The signer kept in `file`. Raises `trail.signer_unreadable`, and what the KMS raises."""
    try:
        sealed = msgspec.json.decode(await asyncio.to_thread(file.read_bytes), type=_Sealed)
    except (OSError, msgspec.DecodeError) as wrong:
        raise UNREADABLE(path=str(file)) from wrong
    return KeySigner(Sm2PrivateKey(await kms.decrypt(sealed.kms_key, sealed.sealed, _CONTEXT)))
