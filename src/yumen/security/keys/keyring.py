"""The open keys of one process: who needs a person's key asks here.

Normally no call to the KMS: living epochs and process keys are opened once, at start. A lookup costs one query to the
key database for all subjects that are not in the cache, new subjects one more for all of them together.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Final

from yumen.kit.crypto import Sm4Gcm
from yumen.kit.db import Database
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys import epoch_store, epochs, guarded, store
from yumen.security.keys.cache import KeyCache
from yumen.security.keys.guarded import Custody
from yumen.security.keys.kms import Kms
from yumen.security.keys.subject_key import SubjectKey

SHREDDED: Final = Code("keys.shredded", 410)
EPOCH_UNSETTLED: Final = Code("keys.epoch_unsettled", 503)

SUBJECTS_MAX: Final = 1000
TRIES_MAX: Final = 3


class Keyring:
    """Wired once for each process. `await open()` before the first use."""

    def __init__(self, database: Database, kms: Kms, cache: KeyCache | None = None) -> None:
        self.custody = Custody(database, kms)
        self._cache = KeyCache() if cache is None else cache
        self._epochs: dict[int, Sm4Gcm] = {}
        self._open_epoch = 0
        self._opening = asyncio.Lock()
        self._checking = asyncio.Lock()

    async def open(self) -> None:
        """Open every living epoch, and the first one when there is none. Raises `keys.kms_…`."""
        await self._read_epochs()
        if not self._open_epoch:
            await epochs.begin(self.custody)
            await self._read_epochs()

    async def ensure_keys(
        self, subjects: Collection[SubjectId], retention: RetentionClass
    ) -> dict[SubjectId, SubjectKey]:
        """The keys of these subjects, made where missing. Raises `keys.shredded` when one was destroyed."""
        for _ in range(TRIES_MAX):
            found, absent = await self._find(subjects, retention)
            if not absent:
                return found
            found.update(await self._create(absent, retention))
            if len(found) == len(set(subjects)):
                return found
        raise EPOCH_UNSETTLED(epoch=self._open_epoch)

    async def find_keys(
        self, subjects: Collection[SubjectId], retention: RetentionClass
    ) -> dict[SubjectId, SubjectKey]:
        """The keys of those among these subjects who have one. Raises `keys.shredded` when one was destroyed."""
        return (await self._find(subjects, retention))[0]

    async def shred(self, subjects: Collection[SubjectId], retention: RetentionClass) -> int:
        """Destroy these keys for ever; answers how many were not destroyed before.

        This process forgets them at once, others within a second (`cache.FRESH_S`).
        """
        if not subjects:
            return 0
        async with store.connection(self.custody.database) as conn:
            gone = await store.shred_keys(conn, list(subjects), retention)
        self._cache.forget((subject, retention) for subject in subjects)
        return len(gone)

    async def secret(self, name: str, make: Callable[[], bytes]) -> bytes:
        """A process key under the KMS (`process/<name>`), made the first time. Ask once, at start; ≤ 4,096 bytes."""
        return await guarded.open_or_create(self.custody, f"process/{name}", make)

    async def rewrap(self, pause: Callable[[int], object] = lambda done: None) -> int:
        """Move every key of older epochs under the open one (`epochs.rewrap`); `pause` hears how many are done."""
        await self._read_epochs()
        return await epochs.rewrap(self.custody, self._open_epoch, self.epoch_key, pause)

    async def _find(
        self, subjects: Collection[SubjectId], retention: RetentionClass
    ) -> tuple[dict[SubjectId, SubjectKey], list[SubjectId]]:
        await self._refresh()
        found: dict[SubjectId, SubjectKey] = {}
        asked: list[SubjectId] = []
        for subject in dict.fromkeys(subjects):
            key = self._cache.find((subject, retention))
            if key is None:
                asked.append(subject)
            else:
                found[subject] = key
        for start in range(0, len(asked), SUBJECTS_MAX):
            async with store.connection(self.custody.database) as conn:
                rows = await store.list_keys(conn, asked[start : start + SUBJECTS_MAX], retention)
            for row in rows:
                found[row.subject] = await self._opened(row)
        return found, [subject for subject in asked if subject not in found]

    async def _opened(self, row: store.KeyRow) -> SubjectKey:
        if row.wrapped is None or row.epoch is None:
            raise SHREDDED(retention=row.retention.value)
        under = await self.epoch_key(row.epoch)
        key = SubjectKey.unwrap(row.subject, row.retention, row.version, row.epoch, row.wrapped, under)
        self._cache.keep(key, row.tick)
        return key

    async def _create(self, subjects: Sequence[SubjectId], retention: RetentionClass) -> dict[SubjectId, SubjectKey]:
        """Insert new keys; those that another process inserted first, or refused by a closed epoch, are left out."""
        made: dict[SubjectId, SubjectKey] = {}
        epoch, under = self._open_epoch, self._epochs[self._open_epoch]
        for start in range(0, len(subjects), SUBJECTS_MAX):
            new = {
                subject: SubjectKey.generate(subject, retention) for subject in subjects[start : start + SUBJECTS_MAX]
            }
            wrapped = {subject: key.wrap(epoch, under) for subject, key in new.items()}
            async with store.connection(self.custody.database) as conn:
                taken, tick = await store.insert_keys(conn, epoch, retention, wrapped)
            for subject in taken:
                self._cache.keep(new[subject], tick)
                made[subject] = new[subject]
        if len(made) < len(subjects):
            await self._read_epochs()
        return made

    async def _refresh(self) -> None:
        """Learn what other processes shredded, at most once a second."""
        if self._cache.is_fresh():
            return
        async with self._checking:
            if self._cache.is_fresh():
                return
            started_at = self._cache.start_check()
            async with store.connection(self.custody.database) as conn:
                tick = await store.get_tick(conn)
                if tick == self._cache.tick:
                    self._cache.finish_check(started_at, tick, ())
                    return
                shredded = await store.list_shredded(conn, self._cache.tick) if len(self._cache) else ()
            await self._read_epochs()
            self._cache.finish_check(started_at, tick, shredded)

    async def _read_epochs(self) -> None:
        """Learn which epoch is open, open living ones, forget destroyed ones."""
        async with store.connection(self.custody.database) as conn:
            known = await epoch_store.list_epochs(conn)
        living = [epoch.id for epoch in known if epoch.state in ("open", "closed")]
        for epoch in living:
            await self.epoch_key(epoch)
        for gone in self._epochs.keys() - living:
            del self._epochs[gone]
        self._open_epoch = next((epoch.id for epoch in known if epoch.state == "open"), 0)

    async def epoch_key(self, epoch: int) -> Sm4Gcm:
        known = self._epochs.get(epoch)
        if known is not None:
            return known
        async with self._opening:
            if epoch not in self._epochs:
                self._epochs[epoch] = Sm4Gcm(await guarded.open_key(self.custody, epochs.name_of(epoch)))
        return self._epochs[epoch]
