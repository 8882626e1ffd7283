"""Epochs: keys move under a new one while readers go on, and an old backup dies with the old one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import pytest

from yumen.kit.db import Database, Role
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys import SM4_GCM, KeyCache, Keyring, begin_epoch, destroy_epoch, epochs

MEMBERSHIP, TRANSACTION = RetentionClass.MEMBERSHIP, RetentionClass.TRANSACTION
TABLES = ("guarded_key", "epoch", "shred_clock", "subject_key")

REWRAP_PROGRAM = """
import asyncio, sys, time
from pathlib import Path
from yumen.kit.db import Database, Role
from yumen.security.keys import FileKms, Keyring

async def main(url, folder):
    database = Database({Role.KEYS: url})
    await database.open(Role.KEYS)
    keyring = Keyring(database, FileKms(Path(folder)))
    await keyring.open()
    def pause(done):
        print(done, flush=True)
        time.sleep(0.05)
    await keyring.rewrap(pause)

asyncio.run(main(*sys.argv[1:]))
"""


async def epoch_counts(database: Database) -> dict[int, int]:
    async with database.pool(Role.KEYS).connection() as conn:
        rows = await conn.execute("select epoch, count(*) as n from keys.subject_key group by epoch")
        return {row["epoch"]: row["n"] for row in await rows.fetchall()}


async def backup(database: Database) -> dict[str, bytes]:
    """The bytes of every key table, as `pg_dump --data-only` would copy them."""
    dump = {}
    async with await database.connect(Role.KEYS_OWNER) as conn:
        for table in TABLES:
            async with conn.cursor().copy(f"copy keys.{table} to stdout") as out:
                dump[table] = b"".join([bytes(part) async for part in out])
    return dump


async def restore(database: Database, dump: dict[str, bytes]) -> None:
    async with await database.connect(Role.KEYS_OWNER) as conn:
        await conn.execute("truncate " + ", ".join(f"keys.{table}" for table in TABLES))
        for table in TABLES:
            async with conn.cursor().copy(f"copy keys.{table} from stdin") as into:
                await into.write(dump[table])


def subjects(count: int) -> list[SubjectId]:
    return [SubjectId(number) for number in range(1, count + 1)]


async def test_new_keys_go_under_the_new_epoch_also_in_processes_that_missed_it(database, kms, keyring):
    other = Keyring(database, kms)
    await other.open()
    assert await begin_epoch(keyring.custody) == 2
    await other.ensure_keys(subjects(3), MEMBERSHIP)
    assert await epoch_counts(database) == {2: 3}


async def test_two_processes_that_begin_an_epoch_begin_one(database, keyring):
    await asyncio.gather(*(begin_epoch(keyring.custody) for _ in range(4)))
    async with database.pool(Role.KEYS).connection() as conn:
        rows = await (await conn.execute("select id, state from keys.epoch order by id")).fetchall()
    assert [row["state"] for row in rows] == ["closed"] * (len(rows) - 1) + ["open"]
    assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))


async def test_every_key_moves_and_still_opens(database, kms, keyring):
    people = subjects(2500)
    made = await keyring.ensure_keys(people, MEMBERSHIP)
    await keyring.ensure_keys(people[:10], TRANSACTION)
    await keyring.shred(people[:5], MEMBERSHIP)
    await begin_epoch(keyring.custody)
    assert await keyring.rewrap() == 2505
    assert await keyring.rewrap() == 0
    assert await epoch_counts(database) == {2: 2505, None: 5}
    fresh = Keyring(database, kms)
    await fresh.open()
    found = await fresh.find_keys(people[5:], MEMBERSHIP)
    sealed = {subject: made[subject].cipher(SM4_GCM).seal(b"text", b"") for subject in people[5:]}
    assert all(found[subject].cipher(SM4_GCM).open(sealed[subject], b"") == b"text" for subject in people[5:])


async def test_readers_and_writers_go_on_while_keys_move_and_the_old_epoch_dies(database, kms, keyring):
    people = subjects(4000)
    await keyring.ensure_keys(people, MEMBERSHIP)
    others = [Keyring(database, kms, KeyCache(keys_max=0, fresh_s=0.01)) for _ in range(2)]
    for other in others:
        await other.open()
    done = asyncio.Event()

    async def read(ring: Keyring, start: int) -> int:
        reads = 0
        while not done.is_set():
            part = people[(start + reads * 17) % 3900 :][:20]
            assert set(await ring.find_keys(part, MEMBERSHIP)) == set(part)
            new = SubjectId(10_000 + start + reads)
            assert await ring.ensure_keys([new], MEMBERSHIP)
            reads += 1
        return reads

    readers = [asyncio.create_task(read(ring, 1_000 * number)) for number, ring in enumerate(others)]
    for _ in range(2):
        old = await begin_epoch(keyring.custody) - 1
        await keyring.rewrap()
        await destroy_epoch(keyring.custody, old)
    done.set()
    assert min(await asyncio.gather(*readers)) > 5
    assert set(await epoch_counts(database)) == {3}


async def test_a_rotation_killed_on_its_way_is_finished_by_the_next(database, kms, keyring, tmp_path):
    people = subjects(6000)
    await keyring.ensure_keys(people, MEMBERSHIP)
    await begin_epoch(keyring.custody)
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", REWRAP_PROGRAM, database.urls[Role.KEYS], str(tmp_path / "kms"),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert await program.stdout.readline() == b"1000\n"
    assert await program.stdout.readline() == b"2000\n"
    os.kill(program.pid, signal.SIGKILL)
    await program.wait()
    counts = await epoch_counts(database)
    assert 2000 <= counts[2] < 6000
    assert len(await Keyring(database, kms, KeyCache(keys_max=0)).find_keys(people, MEMBERSHIP)) == 6000
    assert await keyring.rewrap() == counts[1]
    assert await epoch_counts(database) == {2: 6000}


async def test_a_key_shredded_while_its_batch_moves_stays_shredded(database, keyring):
    people = subjects(10)
    await keyring.ensure_keys(people, MEMBERSHIP)
    epoch = await begin_epoch(keyring.custody)
    asked = []

    async def key_of(number: int):
        if not asked:
            asked.append(number)
            await keyring.shred(people[:1], MEMBERSHIP)
        return await keyring.epoch_key(number)

    assert await epochs.rewrap(keyring.custody, epoch, key_of, lambda done: None) == 9
    with pytest.raises(Problem, match=r"keys\.shredded"):
        await keyring.find_keys(people[:1], MEMBERSHIP)


async def test_a_straggling_rotation_moves_nothing_under_a_closed_epoch(database, keyring):
    await keyring.ensure_keys(subjects(3), MEMBERSHIP)
    await begin_epoch(keyring.custody)
    await begin_epoch(keyring.custody)
    assert await epochs.rewrap(keyring.custody, 2, keyring.epoch_key, lambda done: None) == 0
    assert await epoch_counts(database) == {1: 3}


async def test_an_epoch_with_living_keys_is_not_destroyed(keyring):
    await keyring.ensure_keys(subjects(3), MEMBERSHIP)
    await begin_epoch(keyring.custody)
    with pytest.raises(Problem, match=r"keys\.epoch_in_use"):
        await destroy_epoch(keyring.custody, 1)
    await keyring.shred(subjects(3), MEMBERSHIP)
    assert await destroy_epoch(keyring.custody, 1)


async def test_the_open_and_an_unknown_epoch_are_not_destroyed(keyring):
    with pytest.raises(Problem, match=r"keys\.epoch_open"):
        await destroy_epoch(keyring.custody, 1)
    with pytest.raises(Problem, match=r"keys\.epoch_unknown"):
        await destroy_epoch(keyring.custody, 9)


async def test_destroying_again_finishes_what_was_interrupted(database, keyring):
    await begin_epoch(keyring.custody)
    async with database.pool(Role.KEYS).connection() as conn:
        await conn.execute("update keys.epoch set state = 'destroying' where id = 1")
    first = await destroy_epoch(keyring.custody, 1)
    assert await destroy_epoch(keyring.custody, 1) == first


async def test_an_old_backup_is_useless_for_what_was_shredded_once_its_epoch_is_destroyed(
    cluster, database, kms, keyring
):
    person, neighbour = subjects(2)
    keys = await keyring.ensure_keys([person, neighbour], MEMBERSHIP)
    kept = await keyring.ensure_keys([person], TRANSACTION)
    sealed = keys[person].cipher(SM4_GCM).seal(b"phone", b"")
    dump = await backup(database)
    await keyring.shred([person], MEMBERSHIP)

    urls = await cluster.create_pair()
    thief = Database(urls)
    await thief.open(Role.KEYS)
    try:
        await restore(thief, dump)
        ring = Keyring(thief, kms)
        await ring.open()
        stolen = await ring.find_keys([person], MEMBERSHIP)
        assert stolen[person].cipher(SM4_GCM).open(sealed, b"") == b"phone", "before the epoch is gone it still opens"

        await begin_epoch(keyring.custody)
        await keyring.rewrap()
        await destroy_epoch(keyring.custody, 1)

        with pytest.raises(Problem, match=r"keys\.kms_refused"):
            await Keyring(thief, kms).open()
        with pytest.raises(Problem, match=r"keys\.kms_refused"):
            await Keyring(thief, kms).find_keys([person], MEMBERSHIP)
    finally:
        await thief.close()
        await cluster.drop_pair(urls)

    fresh = Keyring(database, kms)
    await fresh.open()
    again = await fresh.find_keys([person], TRANSACTION)
    assert again[person].cipher(SM4_GCM).open(kept[person].cipher(SM4_GCM).seal(b"order", b""), b"") == b"order"
    assert await fresh.find_keys([neighbour], MEMBERSHIP)


async def test_a_copy_of_the_database_does_not_open_under_another_kms(database, kms, keyring, tmp_path):
    await keyring.ensure_keys(subjects(1), MEMBERSHIP)
    stranger = type(kms)(tmp_path / "another kms")
    with pytest.raises(Problem, match=r"keys\.kms_refused"):
        await Keyring(database, stranger).open()
