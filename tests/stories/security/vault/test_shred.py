"""A key is destroyed when that was ordered and committed, once, with its leaves, whatever is killed between."""

from __future__ import annotations

import asyncio

import pytest

from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security import vault
from yumen.security.datamap import RetentionClass
from yumen.security.vault.shred import ShredOrdered

LI, WANG = SubjectId(1), SubjectId(2)
MEMBERSHIP = RetentionClass.MEMBERSHIP


@pytest.fixture
async def sealed(work, staff, fields):
    phone, _, address = fields
    async with work.begin(staff) as uow:
        return await vault.seal_many(uow, [(LI, phone, "138"), (LI, address, "玉门"), (WANG, phone, "139")])


async def test_nothing_of_the_class_opens_afterwards_and_everything_else_does(work, staff, fields, sealed):
    phone, name, address = fields
    async with work.begin(staff) as uow:
        assert await vault.shred(uow, LI, MEMBERSHIP)
    async with work.begin(staff) as uow:
        assert await vault.carry_out_shred(uow, LI, MEMBERSHIP)
    async with work.begin(staff) as uow:
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await vault.unseal(uow, LI, phone, sealed[0])
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await vault.seal(uow, LI, name, "李华")
        assert await vault.unseal(uow, LI, address, sealed[1]) == "玉门"
        assert await vault.unseal(uow, WANG, phone, sealed[2]) == "139"


async def test_order_and_carrying_out_each_leave_one_leaf_however_often_repeated(work, staff, sealed, trail_of, heard):
    for expected in (True, False):
        async with work.begin(staff) as uow:
            assert await vault.shred(uow, LI, MEMBERSHIP) is expected
    for expected in (True, False):
        async with work.begin(staff) as uow:
            assert await vault.carry_out_shred(uow, LI, MEMBERSHIP) is expected
    async with work.begin(staff) as uow:
        kinds = [leaf.split('"')[3] for leaf in await trail_of(uow.conn)]
        assert await vault.list_unfinished_shreds(uow) == []
    assert kinds == ["vault.shred_ordered", "vault.shredded"]
    assert heard.events == [ShredOrdered(LI, MEMBERSHIP)]


async def test_an_order_that_was_rolled_back_destroys_nothing(work, staff, fields, sealed):
    phone, *_ = fields
    with pytest.raises(KeyError):
        async with work.begin(staff) as uow:
            await vault.shred(uow, LI, MEMBERSHIP)
            raise KeyError
    with pytest.raises(Problem, match=r"vault\.shred_not_ordered"):
        async with work.begin(staff) as uow:
            await vault.carry_out_shred(uow, LI, MEMBERSHIP)
    async with work.begin(staff) as uow:
        assert await vault.unseal(uow, LI, phone, sealed[0]) == "138"


async def test_a_crash_between_the_two_databases_is_finished_later_with_one_leaf(work, staff, sealed, trail_of):
    async with work.begin(staff) as uow:
        await vault.shred(uow, LI, MEMBERSHIP)
    with pytest.raises(KeyError):
        async with work.begin(staff) as uow:
            await vault.carry_out_shred(uow, LI, MEMBERSHIP)
            raise KeyError  # the key is destroyed; the note of it is not
    async with work.begin(staff) as uow:
        (open_order,) = await vault.list_unfinished_shreds(uow)
        assert (open_order.subject, open_order.retention) == (LI, MEMBERSHIP)
    async with work.begin(staff) as uow:
        assert await vault.carry_out_shred(uow, open_order.subject, open_order.retention)
    async with work.begin(staff) as uow:
        assert await vault.list_unfinished_shreds(uow) == []
        assert sum('"vault.shredded"' in leaf for leaf in await trail_of(uow.conn)) == 1


async def test_after_an_old_key_database_came_back_everything_is_destroyed_again(
    work, staff, fields, sealed, database, trail_of
):
    phone, *_ = fields
    async with database.pool(Role.KEYS).connection() as conn:
        (wrapped,) = await (
            await conn.execute("select epoch, wrapped from keys.subject_key where subject = 1 and class = 'membership'")
        ).fetchall()
    async with work.begin(staff) as uow:
        await vault.shred(uow, LI, MEMBERSHIP)
    async with work.begin(staff) as uow:
        await vault.carry_out_shred(uow, LI, MEMBERSHIP)
    async with database.pool(Role.KEYS).connection() as conn:
        await conn.execute(
            """
            update keys.subject_key set epoch = %(epoch)s, wrapped = %(wrapped)s, shred_tick = null, shredded_at = null
            where subject = 1 and class = 'membership'
            """,
            wrapped,
        )
    async with work.begin(staff) as uow:
        assert await vault.unseal(uow, LI, phone, sealed[0]) == "138", "the backup brought it back"
        assert await vault.repeat_all_shreds(uow) == 1
        assert await vault.repeat_all_shreds(uow) == 0
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await vault.unseal(uow, LI, phone, sealed[0])
        assert len(await trail_of(uow.conn)) == 2


async def test_two_workers_write_one_leaf(work, staff, sealed, trail_of):
    async with work.begin(staff) as uow:
        await vault.shred(uow, LI, MEMBERSHIP)

    async def worker() -> bool:
        async with work.begin(staff) as uow:
            return await vault.carry_out_shred(uow, LI, MEMBERSHIP)

    assert sorted(await asyncio.gather(worker(), worker(), worker())) == [False, False, True]
    async with work.begin(staff) as uow:
        assert sum('"vault.shredded"' in leaf for leaf in await trail_of(uow.conn)) == 1


async def test_an_order_says_whose_key_and_nothing_else(work, staff, sealed, database):
    async with work.begin(staff) as uow:
        await vault.shred(uow, LI, MEMBERSHIP)
        rows = await (await uow.conn.execute("select * from vault.shredding")).fetchall()
    assert [(row["subject"], row["class"], row["done_at"]) for row in rows] == [(LI, "membership", None)]
