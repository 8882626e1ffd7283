"""People are found by a sealed value; searches are limited, leave a leaf, and betray nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork
from yumen.security import vault
from yumen.security.keys import Keyring
from yumen.security.vault.values import Vault

LI = SubjectId(1)


async def nobody(uow: UnitOfWork, index: bytes) -> Sequence[SubjectId]:
    return []


async def test_the_same_number_is_found_however_it_was_written(work, staff, fields):
    phone, *_ = fields
    async with work.begin(staff) as uow:
        rows = {await vault.index(uow, phone, "+86 138-0013-8000"): [LI]}

        async def find(unit: UnitOfWork, index: bytes) -> Sequence[SubjectId]:
            return rows.get(index, [])

        assert await vault.search(uow, phone, "13800138000", find) == [LI]
        assert await vault.search(uow, phone, "13800138001", find) == []


async def test_every_process_has_the_same_index(database, safe, fields):
    phone, *_ = fields
    other = Vault(Keyring(database, safe.keyring.custody.kms))
    await other.open()
    assert other.index(HandlerId(1), phone, "13800138000") == safe.index(HandlerId(1), phone, "13800138000")


async def test_searches_are_limited_per_actor_and_minute(work, staff, fields):
    phone, *_ = fields
    for _ in range(3):
        async with work.begin(staff) as uow:
            await vault.search(uow, phone, "13800138000", nobody)
    with pytest.raises(Problem, match=r"vault\.search_limit"):
        async with work.begin(staff) as uow:
            await vault.search(uow, phone, "13800138000", nobody)
    colleague = Actor(ActorKind.STAFF, "stf_0000000000000000000000000b", HandlerId(1))
    async with work.begin(colleague) as uow:
        assert await vault.search(uow, phone, "13800138000", nobody) == []


async def test_the_next_minute_allows_searches_again(work, staff, fields, database):
    phone, *_ = fields
    for _ in range(3):
        async with work.begin(staff) as uow:
            await vault.search(uow, phone, "13800138000", nobody)
            await uow.conn.execute("update vault.search_count set minute_at = minute_at - interval '1 minute'")
    async with work.begin(staff) as uow:
        rows = await (await uow.conn.execute("select searches from vault.search_count")).fetchall()
    assert [row["searches"] for row in rows] == [1], "an actor's older minutes go with the next search"


async def test_a_search_leaves_a_leaf_without_value_or_index(work, staff, fields, trail_of):
    phone, *_ = fields
    async with work.begin(staff) as uow:
        index = await vault.index(uow, phone, "13800138000")
        await vault.search(uow, phone, "13800138000", nobody)
    async with work.begin(staff) as uow:
        (leaf,) = await trail_of(uow.conn)
    assert '"vault.searched"' in leaf
    assert '"field":"profile.contact.phone"' in leaf
    assert '"found":0' in leaf
    assert "138" not in leaf.replace(str(staff.id), "").split('"vault.searched"')[1].split(",", 2)[2]
    assert index.hex() not in leaf


async def test_a_bad_number_is_the_searchers_mistake(work, staff, fields, trail_of):
    phone, *_ = fields
    with pytest.raises(Problem, match=r"vault\.bad_phone"):
        async with work.begin(staff) as uow:
            await vault.search(uow, phone, "Robert'); drop table", nobody)
    async with work.begin(staff) as uow:
        assert await trail_of(uow.conn) == []
