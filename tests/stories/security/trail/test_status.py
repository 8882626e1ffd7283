"""How the trail stands, told from the database."""

from __future__ import annotations

from tests.stories.security.trail.desk import Desk, act
from yumen.kit.db import Role
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind
from yumen.security import trail


async def test_what_waits_is_counted_apart_from_what_is_in_the_tree(desk: Desk) -> None:
    await desk.grow(5)
    async with desk.work.begin(Actor(ActorKind.SYSTEM, "tests", HandlerId(1))) as uow:
        await act(uow, 7)
    async with desk.database.pool(Role.APP).connection() as conn:
        seen = await trail.status(conn)
    assert (seen.size, seen.waiting, seen.signed_size) == (5, 1, 5)
    assert len(seen.root) == 32
    assert seen.signed_at is not None


async def test_the_newest_checkpoint_is_the_signed_note_of_the_whole_tree(desk: Desk) -> None:
    await desk.grow(3)
    await desk.grow(4)
    async with desk.database.pool(Role.APP).connection() as conn:
        note = await trail.newest_checkpoint(conn)
        assert await trail.count_signers(conn) == 1
    assert note is not None
    assert note.splitlines()[1] == b"7"


async def test_before_the_first_act_nothing_is_signed(desk: Desk) -> None:
    async with desk.database.pool(Role.APP).connection() as conn:
        seen = await trail.status(conn)
        assert await trail.newest_checkpoint(conn) is None
        assert await trail.count_signers(conn) == 0
    assert (seen.size, seen.waiting, seen.signed_size, seen.signed_at) == (0, 0, None, None)
