"""Keys under the KMS: made once, moved under a new root online, destroyed for ever, each step repeatable."""

from __future__ import annotations

import pytest

from yumen.kit.db import Database, Role
from yumen.kit.errors import NotSent, Problem
from yumen.security.keys import guarded
from yumen.security.keys.guarded import Custody
from yumen.security.keys.kms import KmsKeyState


@pytest.fixture
def custody(database: Database, kms) -> Custody:
    return Custody(database, kms)


async def row(database: Database, name: str) -> dict:
    async with database.pool(Role.KEYS).connection() as conn:
        found = await conn.execute("select * from keys.guarded_key where name = %s", (name,))
        return await found.fetchone()


async def state(kms, key: str) -> KmsKeyState:
    return (await kms.describe_key(key)).state


async def test_a_key_is_made_once_and_opened_again(custody):
    assert await guarded.open_or_create(custody, "process/a", lambda: b"first") == b"first"
    assert await guarded.open_or_create(custody, "process/a", lambda: b"second") == b"first"


async def test_a_second_maker_leaves_no_key_in_the_kms(custody, kms):
    assert await guarded.create(custody, "process/a", b"first")
    assert not await guarded.create(custody, "process/a", b"second")
    assert (kms.calls["create_key"], kms.calls["destroy_key"]) == (2, 1)


async def test_a_key_lies_wrapped(custody, database):
    await guarded.create(custody, "process/a", b"very secret bytes")
    assert b"secret" not in (await row(database, "process/a"))["wrapped"]


async def test_a_wrapped_key_put_under_another_name_does_not_open(custody, database):
    await guarded.create(custody, "process/a", b"a")
    async with database.pool(Role.KEYS).connection() as conn:
        await conn.execute("update keys.guarded_key set name = 'process/b'")
    with pytest.raises(Problem, match=r"keys\.kms_refused"):
        await guarded.open_key(custody, "process/b")


async def test_an_unknown_key_is_a_clear_problem(custody):
    for step in (guarded.open_key, guarded.rotate_root, guarded.destroy):
        with pytest.raises(Problem, match=r"keys\.unknown"):
            await step(custody, "process/none")


async def test_rotating_the_root_keeps_the_key_and_destroys_the_old_root(custody, database, kms):
    await guarded.create(custody, "process/a", b"kept")
    old = (await row(database, "process/a"))["kms_key"]
    new = await guarded.rotate_root(custody, "process/a")
    assert new != old
    assert await guarded.open_key(custody, "process/a") == b"kept"
    assert await state(kms, old) is KmsKeyState.DESTROYED
    assert (await row(database, "process/a"))["retiring_kms_key"] is None


async def test_an_interrupted_root_rotation_is_finished_by_the_next(custody, database, kms):
    await guarded.create(custody, "process/a", b"kept")
    old = (await row(database, "process/a"))["kms_key"]
    destroy, kms.destroy_key = kms.destroy_key, unreachable
    with pytest.raises(Problem, match=r"keys\.kms_unreachable"):
        await guarded.rotate_root(custody, "process/a")
    kms.destroy_key = destroy
    interrupted = await row(database, "process/a")
    assert interrupted["retiring_kms_key"] == old
    assert await guarded.open_key(custody, "process/a") == b"kept"
    assert await guarded.rotate_root(custody, "process/a") == interrupted["kms_key"]
    assert await state(kms, old) is KmsKeyState.DESTROYED


async def unreachable(key: str):
    raise NotSent("kms.unreachable")


async def test_a_destroyed_key_is_gone_from_both_places(custody, database, kms):
    await guarded.create(custody, "process/a", b"gone")
    root = (await row(database, "process/a"))["kms_key"]
    gone_at = await guarded.destroy(custody, "process/a")
    assert await guarded.destroy(custody, "process/a") == gone_at
    assert await state(kms, root) is KmsKeyState.DESTROYED
    assert (await row(database, "process/a"))["wrapped"] is None
    with pytest.raises(Problem, match=r"keys\.destroyed"):
        await guarded.open_key(custody, "process/a")
