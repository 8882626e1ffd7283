"""Keys that the KMS wraps: the key of each epoch, and the process keys (blind index, signers).

Each lies wrapped in the key database, under a KMS key of its own, bound to its name. It is opened once when a process
starts. A KMS call never happens inside a transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Database
from yumen.kit.errors import Code, NotSent, Problem, Rejected
from yumen.security.keys import epoch_store, store
from yumen.security.keys.kms import Context, Kms

KMS_UNREACHABLE: Final = Code("keys.kms_unreachable", 503)
KMS_REFUSED: Final = Code("keys.kms_refused", 503)
UNKNOWN_KEY: Final = Code("keys.unknown", 500)
KEY_DESTROYED: Final = Code("keys.destroyed", 410)

TRIES_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Custody:
    """The key database and the KMS: what every step here needs."""

    database: Database
    kms: Kms


async def create(custody: Custody, name: str, material: bytes) -> bool:
    """Wrap `material` under a new KMS key and store it; False (and no KMS key left) when the name exists already."""
    try:
        kms_key = await custody.kms.create_key(name)
        wrapped = await custody.kms.encrypt(kms_key, material, _context(name))
    except (NotSent, Rejected) as failed:
        raise problem_of(failed) from failed
    async with store.connection(custody.database) as conn:
        taken = await epoch_store.insert_guarded(conn, name, kms_key, wrapped)
    if not taken:
        await _destroy_kms_key(custody, kms_key)
    return taken


async def open_key(custody: Custody, name: str) -> bytes:
    """Unwrap it: one query, one KMS call. Raises `keys.unknown`, `keys.destroyed`, `keys.kms_…`.

    A root rotation between the two answers is met by reading the row again.
    """
    refused: Rejected | None = None
    for _ in range(TRIES_MAX):
        row = await _get(custody, name)
        try:
            assert row.wrapped is not None
            return await custody.kms.decrypt(row.kms_key, row.wrapped, _context(name))
        except NotSent as failed:
            raise problem_of(failed) from failed
        except Rejected as failed:
            refused = failed
    raise problem_of(refused or Rejected("kms.key_missing")) from refused


async def open_or_create(custody: Custody, name: str, make: Callable[[], bytes]) -> bytes:
    """Unwrap it, or make it the first time; two processes that start at once get the same."""
    async with store.connection(custody.database) as conn:
        known = await epoch_store.find_guarded(conn, name)
    if known is None:
        await create(custody, name, make())
    return await open_key(custody, name)


async def rotate_root(custody: Custody, name: str) -> str:
    """Put it under a new KMS key and destroy the old one; answers the new one's id. Readers go on meanwhile.

    Interrupted, it is finished by calling it again: a retiring KMS key is destroyed first, and no second one is made
    in that call.
    """
    row = await _get(custody, name)
    if row.retiring_kms_key is None:
        material = await open_key(custody, name)
        try:
            kms_key = await custody.kms.create_key(name)
            wrapped = await custody.kms.encrypt(kms_key, material, _context(name))
        except (NotSent, Rejected) as failed:
            raise problem_of(failed) from failed
        async with store.connection(custody.database) as conn:
            moved = await epoch_store.update_guarded_root(conn, row, kms_key, wrapped)
        if not moved:
            await _destroy_kms_key(custody, kms_key)
        row = await _get(custody, name)
    if row.retiring_kms_key is not None:
        await _destroy_kms_key(custody, row.retiring_kms_key)
        async with store.connection(custody.database) as conn:
            await epoch_store.update_guarded_retired(conn, name, row.retiring_kms_key)
    return row.kms_key


async def destroy(custody: Custody, name: str) -> datetime:
    """Destroy its KMS key, then the wrapped key; answers when the KMS key is beyond recall. Safe to repeat."""
    async with store.connection(custody.database) as conn:
        row = await epoch_store.find_guarded(conn, name)
    if row is None:
        raise UNKNOWN_KEY(name=name)
    if row.retiring_kms_key is not None:
        await _destroy_kms_key(custody, row.retiring_kms_key)
    gone_at = await _destroy_kms_key(custody, row.kms_key)
    async with store.connection(custody.database) as conn:
        await epoch_store.update_guarded_destroyed(conn, name)
    return gone_at


def problem_of(failed: NotSent | Rejected) -> Problem:
    """What a KMS failure is to whoever asked for a key."""
    code = KMS_UNREACHABLE if isinstance(failed, NotSent) else KMS_REFUSED
    return code(reason=failed.code)


async def _get(custody: Custody, name: str) -> epoch_store.GuardedRow:
    async with store.connection(custody.database) as conn:
        row = await epoch_store.find_guarded(conn, name)
    if row is None:
        raise UNKNOWN_KEY(name=name)
    if row.wrapped is None:
        raise KEY_DESTROYED(name=name)
    return row


async def _destroy_kms_key(custody: Custody, kms_key: str) -> datetime:
    try:
        return await custody.kms.destroy_key(kms_key)
    except (NotSent, Rejected) as failed:
        raise problem_of(failed) from failed


def _context(name: str) -> Context:
    return {"yumen": "guarded-key", "name": name}
