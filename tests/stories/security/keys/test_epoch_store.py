"""Epochs in the key database: late and racing processes cannot undo what a faster one did."""

from __future__ import annotations

import asyncio

import pytest

from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys import begin_epoch, epoch_store, guarded, store

MEMBERSHIP = RetentionClass.MEMBERSHIP


@pytest.fixture
async def two_epochs(keyring):
    await begin_epoch(keyring.custody)
    return keyring.custody


async def states(custody) -> dict[int, str]:
    async with store.connection(custody.database) as conn:
        return {row.id: row.state for row in await epoch_store.list_epochs(conn)}


async def test_a_late_opener_of_an_old_epoch_leaves_the_new_one_open(two_epochs):
    async with store.connection(two_epochs.database) as conn:
        assert not await epoch_store.open_epoch(conn, 2, "epoch/2")
        assert not await epoch_store.open_epoch(conn, 1, "epoch/1")
    assert await states(two_epochs) == {1: "closed", 2: "open"}


async def test_of_two_openers_at_once_one_wins(two_epochs):
    await guarded.create(two_epochs, "epoch/3", bytes(16))

    async def opener() -> bool:
        async with store.connection(two_epochs.database) as conn:
            return await epoch_store.open_epoch(conn, 3, "epoch/3")

    assert sorted(await asyncio.gather(opener(), opener(), opener())) == [False, False, True]
    assert await states(two_epochs) == {1: "closed", 2: "closed", 3: "open"}


async def test_no_key_is_inserted_under_a_closed_epoch(two_epochs):
    async with store.connection(two_epochs.database) as conn:
        taken, _ = await store.insert_keys(conn, 1, MEMBERSHIP, {SubjectId(1): bytes(60)})
        assert taken == set()
        taken, _ = await store.insert_keys(conn, 2, MEMBERSHIP, {SubjectId(1): bytes(60)})
        assert taken == {1}


async def test_closing_an_epoch_waits_for_a_key_that_is_being_inserted(two_epochs):
    await guarded.create(two_epochs, "epoch/3", bytes(16))
    async with store.connection(two_epochs.database) as writer, store.connection(two_epochs.database) as closer:
        async with writer.transaction():
            await store.insert_keys(writer, 2, MEMBERSHIP, {SubjectId(1): bytes(60)})
            closing = asyncio.create_task(epoch_store.open_epoch(closer, 3, "epoch/3"))
            done, _ = await asyncio.wait([closing], timeout=0.3)
            assert not done
        assert await closing
        assert await store.has_living_keys(closer, 2)


async def test_only_a_closed_epoch_may_be_marked_for_destruction(two_epochs):
    async with store.connection(two_epochs.database) as conn:
        assert not await epoch_store.update_epoch_destroying(conn, 2)
        assert await epoch_store.update_epoch_destroying(conn, 1)
        assert await epoch_store.update_epoch_destroying(conn, 1), "noting it again is no mistake"
