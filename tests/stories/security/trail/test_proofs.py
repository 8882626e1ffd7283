"""Proofs from the live database, checked against the signed roots."""

import random

import pytest

from tests.stories.security.trail.desk import Desk, act
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind
from yumen.security import trail
from yumen.security.trail import store
from yumen.security.trail.merkle import leaf_hash
from yumen.security.trail.paths import continues, includes


async def test_any_leaf_is_proved_in_any_tree_and_any_tree_continues_any_older_one(desk: Desk) -> None:
    for count in (3, 253, 1, 700, 70):
        await desk.grow(count)
    tiles, dice = trail.Tiles(), random.Random(4)
    async with desk.database.pool(Role.APP).connection() as conn:
        heads = (await store.list_checkpoints(conn, 10_000))[::-1]
        assert [head.size for head in heads] == [3, 256, 257, 957, 1027]
        for new in heads:
            for index in {0, new.size - 1, *(dice.randrange(new.size) for _ in range(6))}:
                proof = await trail.prove_inclusion(conn, tiles, index, new.size)
                assert includes(leaf_hash(proof.body), index, new.size, proof.path, new.root)
            for old in heads:
                if old.size <= new.size:
                    path = await trail.prove_consistency(conn, tiles, old.size, new.size)
                    assert continues(old.size, new.size, old.root, new.root, path)


async def test_an_act_can_remember_its_entry_and_find_its_place_later(desk: Desk) -> None:
    await desk.grow(5)
    async with desk.work.begin(Actor(ActorKind.SYSTEM, "tests", HandlerId(1))) as uow:
        await act(uow, 999)
        entry = await trail.last_entry(uow)
        assert await trail.find_index(uow.conn, entry) is None
    await desk.grow(3)
    async with desk.database.pool(Role.APP).connection() as conn:
        index = await trail.find_index(conn, entry)
        assert index == 5
        assert b'"number":999' in (await trail.prove_inclusion(conn, trail.Tiles(), index, 9)).body


async def test_there_is_no_proof_beyond_the_tree(desk: Desk) -> None:
    await desk.grow(5)
    async with desk.database.pool(Role.APP).connection() as conn:
        for index, size, code in ((0, 6, "no_such_tree"), (5, 5, "no_such_leaf"), (-1, 5, "no_such_leaf")):
            with pytest.raises(Problem, match=code):
                await trail.prove_inclusion(conn, trail.Tiles(), index, size)
        with pytest.raises(Problem, match="no_such_tree"):
            await trail.prove_consistency(conn, trail.Tiles(), 3, 6)
