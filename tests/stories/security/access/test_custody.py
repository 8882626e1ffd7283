"""Key epochs are destroyed and re-rooted only as a second person approved, and the trail says each step."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.kit.errors import Problem
from yumen.security.access import custody, four_eyes

HAN, LI = "stf_han", "stf_li"


async def approved(begin: Any, act: str, epoch: int) -> str:
    async with begin(HAN) as uow:
        approval = await four_eyes.propose(uow, act, {"epoch": epoch})
    async with begin(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def kinds(begin: Any) -> list[str]:
    async with begin() as uow:
        rows = await (await uow.conn.execute("select body from trail.entry order by id")).fetchall()
    return [bytes(row["body"]).decode().split('"')[3] for row in rows]


async def test_a_destruction_is_ordered_with_an_approval_and_noted_when_done(begin: Any) -> None:
    approval = await approved(begin, custody.DESTROY, 3)
    async with begin(HAN) as uow:
        await custody.order_destruction(uow, 3, approval)
    async with begin(HAN) as uow:
        await custody.note_destroyed(uow, 3, 1_800_000_000)
    told = await kinds(begin)
    assert told[-3:] == ["approval.consumed", "keys.destroy_ordered", "keys.epoch_destroyed"]


async def test_an_approval_for_one_epoch_destroys_no_other(begin: Any) -> None:
    approval = await approved(begin, custody.DESTROY, 3)
    with pytest.raises(Problem, match=r"approval\.other_facts"):
        async with begin(HAN) as uow:
            await custody.order_destruction(uow, 4, approval)
    assert "keys.destroy_ordered" not in await kinds(begin)


async def test_an_approval_to_rotate_does_not_destroy(begin: Any) -> None:
    approval = await approved(begin, custody.ROTATE_ROOT, 3)
    with pytest.raises(Problem, match=r"approval\.other_facts"):
        async with begin(HAN) as uow:
            await custody.order_destruction(uow, 3, approval)
    async with begin(HAN) as uow:
        await custody.order_root_rotation(uow, 3, approval)
        await custody.note_root_rotated(uow, 3)
    assert (await kinds(begin))[-2:] == ["keys.root_rotation_ordered", "keys.root_rotated"]


async def test_opening_an_epoch_says_how_many_keys_moved(begin: Any) -> None:
    async with begin() as uow:
        await custody.note_epoch_opened(uow, 2, 41)
    async with begin() as uow:
        row = await (await uow.conn.execute("select body from trail.entry")).fetchone()
    assert b'"epoch":2,"moved":41' in bytes(row["body"])
