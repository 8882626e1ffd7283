"""Keys and the trail from the command line's side: two people rotate and destroy; one look tells how the trail is."""

from __future__ import annotations

import pytest

from tests.stories.app.conftest import Town
from yumen.app import custody
from yumen.kit.db import Role
from yumen.kit.errors import Problem


async def approved(town: Town, act: str, first: str, second: str, **facts: int) -> str:
    made = await town.staff.ask("POST", "/staff/v1/approvals", token=first, json={"act": act, "facts": facts})
    assert made.status == 201, made.body
    approval = str(made.json()["id"])
    own = await town.staff.ask("POST", f"/staff/v1/approvals/{approval}/approve", token=first)
    assert (own.status, own.json()["code"]) == (403, "approval.same_person")
    other = await town.staff.ask("POST", f"/staff/v1/approvals/{approval}/approve", token=second)
    assert other.status == 204, other.body
    return approval


async def test_an_epoch_is_rotated_and_destroyed_by_two_people_and_shoppers_notice_nothing(town: Town) -> None:
    visitor = await town.visitor()
    await visitor.share_phone()
    first, second = await town.clerk("operator", "compliance"), await town.clerk("operator", "compliance")
    moved: list[int] = []
    epoch, count = await custody.rotate_epoch(town.settings, moved.append)
    assert (epoch, count >= 1) == (2, True)
    states = {row.id: row.state for row in await custody.keys_status(town.settings)}
    assert states == {2: "open", 1: "closed"}

    with pytest.raises(Problem, match=r"approval\."):
        await custody.destroy_epoch(town.settings, 1, "apr_01j9z3k4m5n6p7q8r9s0t1v2w3", first)
    approval = await approved(town, "keys.destroy_epoch", first, second, epoch=1)
    with pytest.raises(Problem, match=r"auth\.invalid"):
        await custody.destroy_epoch(town.settings, 1, approval, "yk_of_nobody")
    await custody.destroy_epoch(town.settings, 1, approval, first)
    root = await approved(town, "keys.rotate_root", first, second, epoch=2)
    assert (await custody.rotate_root(town.settings, 2, root, second)).startswith("kms_")
    states = {row.id: row.state for row in await custody.keys_status(town.settings)}
    assert states == {2: "open", 1: "destroyed"}
    assert (await town.api.must("GET", "/v1/profile", visitor.token))["phone_masked"]


async def test_who_has_no_role_for_it_is_refused_whatever_was_approved(town: Town) -> None:
    looker, approval = await town.clerk("auditor"), "apr_01j9z3k4m5n6p7q8r9s0t1v2w3"
    for act in (custody.rotate_root, custody.destroy_epoch):
        with pytest.raises(Problem, match=r"access\.denied"):
            await act(town.settings, 1, approval, looker)


async def test_the_trail_tells_how_it_is_and_what_is_wrong(town: Town) -> None:
    await town.visitor()
    size = await town.publish()
    told = dict(await custody.trail_status(town.settings))
    assert (told["size"], told["waiting"], told["checkpoint"].split()[0]) == (str(size), "0", str(size))
    assert await custody.trail_check(town.settings) == []
    assert len(bytes.fromhex(await custody.trail_rotate_signer(town.settings))) >= 64
    size = await town.publish()
    assert await custody.trail_check(town.settings) == []
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute("delete from trail.position where idx = 0")
    found = dict(await custody.trail_check(town.settings))
    assert (found["unplaced"], found["holes"], found["root_amiss"]) == (1, 1, 1)
    assert size > 0
