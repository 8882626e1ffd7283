"""Who signs the trail: a SM2 key behind a small interface. The product keeps its keys under the KMS (`app/pen.py`)."""

from __future__ import annotations

from typing import Protocol

from yumen.kit.crypto import Sm2PrivateKey


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
