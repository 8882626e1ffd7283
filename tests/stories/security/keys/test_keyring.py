"""One process's keys: made in bulk, cached, forgotten when shredded, and rarely a call to the KMS."""

from __future__ import annotations

import asyncio
import os

import psycopg
import pytest

from yumen.kit.db import Database, Role
from yumen.kit.errors import NotSent, Problem, Rejected
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys import SM4_GCM, KeyCache, Keyring, SubjectKey

MEMBERSHIP, TRANSACTION = RetentionClass.MEMBERSHIP, RetentionClass.TRANSACTION
SUBJECTS = [SubjectId(number) for number in range(1, 41)]


def same(one: SubjectKey, other: SubjectKey) -> bool:
    return other.cipher(SM4_GCM).open(one.cipher(SM4_GCM).seal(b"text", b"a"), b"a") == b"text"


async def test_keys_are_made_once_and_found_again_by_another_process(database, kms, keyring):
    made = await keyring.ensure_keys(SUBJECTS, MEMBERSHIP)
    other = Keyring(database, kms)
    await other.open()
    found = await other.find_keys(SUBJECTS, MEMBERSHIP)
    assert set(made) == set(found) == set(SUBJECTS)
    assert all(same(made[subject], found[subject]) for subject in SUBJECTS)


async def test_each_class_has_a_key_of_its_own(keyring):
    await keyring.ensure_keys(SUBJECTS[:1], MEMBERSHIP)
    assert await keyring.find_keys(SUBJECTS[:1], TRANSACTION) == {}


async def test_known_and_new_subjects_come_back_together(keyring):
    known = await keyring.ensure_keys(SUBJECTS[:20], MEMBERSHIP)
    everyone = await keyring.ensure_keys([*SUBJECTS, *SUBJECTS[:5]], MEMBERSHIP)
    assert set(everyone) == set(SUBJECTS)
    assert all(everyone[subject] is known[subject] for subject in known)


async def test_processes_that_race_for_new_subjects_get_the_same_keys(database, kms, keyring):
    rings = [Keyring(database, kms) for _ in range(4)]
    for ring in rings:
        await ring.open()
    results = await asyncio.gather(*(ring.ensure_keys(SUBJECTS, MEMBERSHIP) for ring in rings))
    for result in results:
        assert all(same(result[subject], results[0][subject]) for subject in SUBJECTS)


async def test_processes_that_start_at_once_open_one_epoch_and_one_secret(database, kms):
    rings = [Keyring(database, kms) for _ in range(5)]
    await asyncio.gather(*(ring.open() for ring in rings))
    secrets = await asyncio.gather(*(ring.secret("blind-index", lambda: os.urandom(32)) for ring in rings))
    assert len(set(secrets)) == 1
    async with database.pool(Role.KEYS).connection() as conn:
        rows = await (await conn.execute("select id, state from keys.epoch")).fetchall()
    assert rows == [{"id": 1, "state": "open"}]


async def test_new_subjects_cost_no_call_to_the_kms(kms, keyring):
    kms.calls.clear()
    await keyring.ensure_keys(SUBJECTS, MEMBERSHIP)
    await keyring.ensure_keys(SUBJECTS, TRANSACTION)
    assert kms.calls == {}


async def test_a_shredded_key_never_comes_back(keyring):
    subject = SUBJECTS[0]
    await keyring.ensure_keys([subject], MEMBERSHIP)
    await keyring.ensure_keys([subject], TRANSACTION)
    assert await keyring.shred([subject], MEMBERSHIP) == 1
    assert await keyring.shred([subject], MEMBERSHIP) == 0
    for ask in (keyring.find_keys, keyring.ensure_keys):
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await ask([subject], MEMBERSHIP)
    assert await keyring.find_keys([subject], TRANSACTION)


async def test_shredding_somebody_without_a_key_keeps_a_late_writer_out(keyring):
    assert await keyring.shred([SUBJECTS[0]], MEMBERSHIP) == 1
    with pytest.raises(Problem, match=r"keys\.shredded"):
        await keyring.ensure_keys([SUBJECTS[0]], MEMBERSHIP)


async def test_shredding_nobody_does_nothing(keyring):
    assert await keyring.shred([], MEMBERSHIP) == 0


async def test_another_process_forgets_a_shredded_key_within_its_window(database, kms, keyring):
    now = [0.0]
    other = Keyring(database, kms, KeyCache(timer=lambda: now[0]))
    await other.open()
    await other.ensure_keys(SUBJECTS, MEMBERSHIP)
    await keyring.shred(SUBJECTS[:1], MEMBERSHIP)
    assert await other.find_keys(SUBJECTS[:1], MEMBERSHIP), "within the window the cache answers"
    now[0] += 1.0
    with pytest.raises(Problem, match=r"keys\.shredded"):
        await other.find_keys(SUBJECTS[:1], MEMBERSHIP)
    assert await other.find_keys(SUBJECTS[1:], MEMBERSHIP)


async def test_many_shreddings_at_once_are_all_noticed(database, kms, keyring):
    now = [0.0]
    other = Keyring(database, kms, KeyCache(timer=lambda: now[0]))
    await other.open()
    await other.ensure_keys(SUBJECTS, MEMBERSHIP)
    await asyncio.gather(*(keyring.shred([subject], MEMBERSHIP) for subject in SUBJECTS))
    now[0] += 1.0
    for subject in SUBJECTS:
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await other.find_keys([subject], MEMBERSHIP)


async def test_a_changed_or_moved_key_row_is_refused(database, kms, keyring):
    await keyring.ensure_keys(SUBJECTS[:2], MEMBERSHIP)
    async with database.pool(Role.KEYS).connection() as conn:
        await conn.execute(
            """
            update keys.subject_key as k set wrapped = o.wrapped from keys.subject_key as o
            where k.subject = 1 and o.subject = 2
            """
        )
        await conn.execute("update keys.subject_key set wrapped = set_byte(wrapped, 20, 0) where subject = 2")
    other = Keyring(database, kms)
    await other.open()
    for subject in SUBJECTS[:2]:
        with pytest.raises(Problem, match=r"keys\.tampered"):
            await other.find_keys([subject], MEMBERSHIP)


@pytest.mark.parametrize(
    ("failure", "code"),
    [(NotSent("kms.over_quota"), "keys.kms_unreachable"), (Rejected("kms.key_disabled"), "keys.kms_refused")],
)
async def test_a_failing_kms_is_a_clear_problem_at_start_and_none_later(database, kms, keyring, failure, code):
    await keyring.ensure_keys(SUBJECTS[:1], MEMBERSHIP)
    kms.failure = failure
    assert await keyring.ensure_keys(SUBJECTS, MEMBERSHIP)
    with pytest.raises(Problem) as told:
        await Keyring(database, kms).open()
    assert (told.value.code.name, told.value.facts) == (code, {"reason": failure.code})


async def test_a_lost_key_database_is_a_clear_problem(cluster, kms):
    urls = await cluster.create_pair()
    database = Database(urls)
    await database.open(Role.KEYS)
    try:
        keyring = Keyring(database, kms, KeyCache(fresh_s=0.0))
        await keyring.open()
        await keyring.ensure_keys(SUBJECTS, MEMBERSHIP)
        await cluster.drop_pair(urls)
        with pytest.raises(Problem, match=r"database\.unavailable"):
            await keyring.find_keys(SUBJECTS, MEMBERSHIP)
    finally:
        await database.close()


async def test_the_cache_stays_within_its_bound(database, kms):
    cache = KeyCache(keys_max=10)
    keyring = Keyring(database, kms, cache)
    await keyring.open()
    await keyring.ensure_keys(SUBJECTS, MEMBERSHIP)
    assert len(cache) == 10
    assert set(await keyring.find_keys(SUBJECTS, MEMBERSHIP)) == set(SUBJECTS)


async def test_no_role_of_the_main_database_can_reach_the_key_database(database):
    keys = psycopg.conninfo.conninfo_to_dict(database.urls[Role.KEYS])["dbname"]
    for role in (Role.APP, Role.SEQUENCER, Role.STAFF, Role.OWNER):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            await psycopg.AsyncConnection.connect(psycopg.conninfo.make_conninfo(database.urls[role], dbname=keys))
