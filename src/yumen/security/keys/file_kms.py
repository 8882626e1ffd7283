"""A KMS in a folder, for demo and development: one file a key, readable by its owner only.

The folder lies outside the databases and their backups; production refuses this KMS. A key file is written whole or
not at all, and destroyed by overwriting and unlinking (on a copy-on-write or flash disk the old blocks may live on:
one more reason not to use it in production). What is destroyed leaves an empty `.gone` file, so that the KMS can
tell a destroyed key from an unknown one.
"""

import asyncio
import json
import os
import re
import secrets
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from yumen.kit.crypto import BadTag, sm4_gcm_open, sm4_gcm_seal
from yumen.kit.errors import NotSent, Rejected
from yumen.kit.ids import new_id
from yumen.security.keys.kms import (
    CONTEXT_CHARS_MAX,
    PLAIN_BYTES_MAX,
    RANDOM_BYTES_MAX,
    Context,
    KmsKey,
    KmsKeyState,
)

ALGORITHM: Final = "SM4"
KEY_BYTES: Final = 16
FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
KEY_ID: Final = re.compile(r"kms_[0-9a-z]{26}")

T = TypeVar("T")


class FileKms:
    """`Kms` over a folder, which it makes when missing."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError when the folder cannot be made, PermissionError when others may read it."""
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            raise PermissionError(f"{folder} is open to other users: chmod 700")
        self._folder = folder

    async def create_key(self, label: str) -> str:
        """Make a key file."""
        return await self._do(lambda: self._create(label))

    async def encrypt(self, key: str, plain: bytes, context: Context) -> bytes:
        """SM4-GCM, the context as associated data."""
        if len(plain) > PLAIN_BYTES_MAX:
            raise Rejected("kms.too_long", bytes_max=PLAIN_BYTES_MAX)
        return sm4_gcm_seal(await self._do(lambda: self._read(key)), plain, _bound(context))

    async def decrypt(self, key: str, sealed: bytes, context: Context) -> bytes:
        """The reverse."""
        material = await self._do(lambda: self._read(key))
        try:
            return sm4_gcm_open(material, sealed, _bound(context))
        except BadTag:
            raise Rejected("kms.not_authentic") from None

    async def generate_random(self, size: int) -> bytes:
        """The operating system's."""
        if not 1 <= size <= RANDOM_BYTES_MAX:
            raise Rejected("kms.too_long", bytes_max=RANDOM_BYTES_MAX)
        return secrets.token_bytes(size)

    async def destroy_key(self, key: str) -> datetime:
        """Overwrite and unlink at once."""
        return await self._do(lambda: self._destroy(key))

    async def describe_key(self, key: str) -> KmsKey:
        """From the key's file, or from what its destruction left."""
        return await self._do(lambda: self._describe(key))

    async def _do(self, step: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(step)
        except OSError as failed:
            raise NotSent("kms.unreachable", str(failed.errno)) from failed

    def _create(self, label: str) -> str:
        key = new_id("kms")
        content = {"key": secrets.token_bytes(KEY_BYTES).hex(), "label": label, "at": datetime.now(UTC).isoformat()}
        self._write(self._file(key), json.dumps(content).encode())
        return key

    def _read(self, key: str) -> bytes:
        try:
            return bytes.fromhex(json.loads(self._file(key).read_bytes())["key"])
        except FileNotFoundError:
            destroyed = self._grave(key).exists()
            raise Rejected("kms.key_destroyed" if destroyed else "kms.key_missing", key=key) from None
        except (ValueError, KeyError, TypeError):
            raise Rejected("kms.key_damaged", key=key) from None

    def _destroy(self, key: str) -> datetime:
        file, grave = self._file(key), self._grave(key)
        if not file.exists():
            return self._gone_at(key)
        self._write(grave, b"")
        with file.open("r+b") as old:
            old.write(os.urandom(file.stat().st_size))
            os.fsync(old.fileno())
        file.unlink()
        self._sync_folder()
        return self._gone_at(key)

    def _describe(self, key: str) -> KmsKey:
        file = self._file(key)
        if not file.exists():
            gone_at = self._gone_at(key)
            return KmsKey(key, ALGORITHM, KmsKeyState.DESTROYED, gone_at, gone_at)
        created_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return KmsKey(key, ALGORITHM, KmsKeyState.ENABLED, created_at)

    def _gone_at(self, key: str) -> datetime:
        try:
            return datetime.fromtimestamp(self._grave(key).stat().st_mtime, UTC)
        except FileNotFoundError:
            raise Rejected("kms.key_missing", key=key) from None

    def _write(self, file: Path, content: bytes) -> None:
        draft = file.with_suffix(".draft")
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(opened, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        self._sync_folder()

    def _sync_folder(self) -> None:
        opened = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

    def _file(self, key: str) -> Path:
        if not KEY_ID.fullmatch(key):
            raise Rejected("kms.key_missing")
        return self._folder / f"{key}.key"

    def _grave(self, key: str) -> Path:
        return self._file(key).with_suffix(".gone")


def _bound(context: Context) -> bytes:
    text = json.dumps(dict(context), sort_keys=True, separators=(",", ":"))
    if len(text) > CONTEXT_CHARS_MAX:
        raise Rejected("kms.too_long", characters_max=CONTEXT_CHARS_MAX)
    return text.encode()
