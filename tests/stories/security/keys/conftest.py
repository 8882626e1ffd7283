"""A keyring over a fresh key database and a file KMS that counts its calls."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from yumen.kit.db import Database
from yumen.security.keys import FileKms, Keyring


class CountingKms(FileKms):
    """A file KMS that counts, and that can be made to fail."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.calls: Counter[str] = Counter()
        self.failure: Exception | None = None

    def _told(self, name: str) -> None:
        self.calls[name] += 1
        if self.failure:
            raise self.failure

    async def create_key(self, label):
        self._told("create_key")
        return await super().create_key(label)

    async def encrypt(self, key, plain, context):
        self._told("encrypt")
        return await super().encrypt(key, plain, context)

    async def decrypt(self, key, sealed, context):
        self._told("decrypt")
        return await super().decrypt(key, sealed, context)

    async def destroy_key(self, key):
        self._told("destroy_key")
        return await super().destroy_key(key)


@pytest.fixture
def kms(tmp_path: Path) -> CountingKms:
    return CountingKms(tmp_path / "kms")


@pytest.fixture
async def keyring(database: Database, kms: CountingKms) -> Keyring:
    ring = Keyring(database, kms)
    await ring.open()
    return ring
