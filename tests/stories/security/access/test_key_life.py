"""Keys are issued with four eyes, shown once, rotated with an overlap, revoked at once, and always expire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yumen.kit.clock import Clock
from yumen.kit.errors import Problem
from yumen.kit.work import ActorKind
from yumen.security.access import admission, four_eyes, key_life
from yumen.security.access.authentication import KeyHolder, authenticate, hash_of, is_token, new_token
from yumen.security.access.key_life import IssuedKey

LI = "stf_li"


@pytest.fixture
async def han(begin: Any) -> str:
    async with begin() as uow:
        return await admission.bootstrap(uow, "Han Meimei", ["operator", "engineer"])


async def test_a_key_opens_as_its_holder_with_the_roles_of_the_key(begin: Any, han: str) -> None:
    async with begin(han) as uow:
        key = await key_life.issue(uow, han, ["engineer"], 30)
    holder = await opened(begin, key)
    assert holder is not None
    assert (holder.actor.id, holder.actor.kind, holder.roles) == (han, ActorKind.STAFF, ("engineer",))


async def test_only_the_hash_of_a_key_is_stored(begin: Any, han: str) -> None:
    key = await issued(begin, han)
    async with begin() as uow:
        row = await (await uow.conn.execute("select k.*::text as line, token_hash from access.key k")).fetchone()
    assert row is not None
    assert bytes(row["token_hash"]) == hash_of(key.token)
    assert key.token not in row["line"]
    assert key.token[3:] not in row["line"]


async def test_a_key_dies_on_its_last_day(begin: Any, han: str, clock: Clock) -> None:
    key = await issued(begin, han, days=1)
    assert await opened(begin, key) is not None
    clock.offset = timedelta(days=1)
    assert await opened(begin, key) is None


@pytest.mark.parametrize("days", [0, -1, 366])
async def test_no_key_lives_longer_than_a_year_or_not_at_all(begin: Any, han: str, days: int) -> None:
    await refused("access.key_life_unfit", begin(han), key_life.issue, han, ["operator"], days)


async def test_a_key_carries_only_roles_that_the_holder_has(begin: Any, han: str) -> None:
    await refused("access.roles_not_held", begin(han), key_life.issue, han, ["compliance"], 30)
    await refused("access.roles_not_held", begin(han), key_life.issue, han, [], 30)


async def test_a_role_taken_away_is_gone_from_every_key(begin: Any, han: str) -> None:
    key = await issued(begin, han)
    approval = await approved(begin, admission.GRANT, admission.grant_facts(han, ["engineer"]))
    async with begin() as uow:
        await admission.grant_roles(uow, han, ["engineer"], approval)
    holder = await opened(begin, key)
    assert holder is not None
    assert holder.roles == ("engineer",)


async def test_a_key_for_somebody_else_needs_a_second_person(begin: Any, han: str) -> None:
    async with begin() as uow:
        other = await admission.bootstrap(uow, "Li Lei", ["compliance"])
    await refused("approval.missing", begin(han), key_life.issue, other, ["compliance"], 30)
    approval = await approved(begin, key_life.KEY_ISSUE, key_life.issue_facts(other, ["compliance"], 30))
    await refused("approval.other_facts", begin(han), key_life.issue, other, ["compliance"], 31, approval)
    async with begin(han) as uow:
        key = await key_life.issue(uow, other, ["compliance"], 30, approval)
    holder = await opened(begin, key)
    assert holder is not None
    assert holder.actor.id == other


async def test_a_rotated_key_overlaps_and_then_ends(begin: Any, han: str, clock: Clock) -> None:
    old = await issued(begin, han)
    async with begin(han) as uow:
        fresh = await key_life.rotate(uow, old.id, 90, timedelta(hours=24))
    assert await opened(begin, old) is not None
    assert await opened(begin, fresh) is not None
    clock.offset = timedelta(hours=24)
    assert await opened(begin, old) is None
    assert await opened(begin, fresh) is not None


async def test_a_rotation_without_overlap_ends_the_old_key_now(begin: Any, han: str) -> None:
    old = await issued(begin, han)
    async with begin(han) as uow:
        await key_life.rotate(uow, old.id, 90, timedelta(0))
    assert await opened(begin, old) is None
    await refused("access.key_dead", begin(han), key_life.rotate, old.id, 90, timedelta(0))


async def test_a_rotation_never_lengthens_the_old_key(begin: Any, han: str, clock: Clock) -> None:
    old = await issued(begin, han, days=1)
    async with begin(han) as uow:
        await key_life.rotate(uow, old.id, 90, timedelta(hours=72))
    clock.offset = timedelta(days=1)
    assert await opened(begin, old) is None


async def test_nobody_rotates_or_revokes_anothers_key(begin: Any, han: str) -> None:
    key = await issued(begin, han)
    await refused("access.key_not_yours", begin(LI), key_life.rotate, key.id, 90, timedelta(0))
    with pytest.raises(Problem, match=r"access\.key_not_yours"):
        async with begin(LI) as uow:
            await key_life.revoke(uow, key.id, anyones=False)
    assert await opened(begin, key) is not None


async def test_a_revoked_key_is_useless_at_once_and_revoking_again_changes_nothing(begin: Any, han: str) -> None:
    key = await issued(begin, han)
    for _ in range(2):
        async with begin(LI) as uow:
            await key_life.revoke(uow, key.id, anyones=True)
    assert await opened(begin, key) is None
    async with begin() as uow:
        leaves = await uow.conn.execute(
            "select count(*) as n from trail.entry where convert_from(body, 'utf8') like '%%access.key_revoked%%'", ()
        )
        row = await leaves.fetchone()
    assert row is not None
    assert row["n"] == 1


async def test_use_is_noted_once_a_minute(begin: Any, han: str, clock: Clock) -> None:
    key = await issued(begin, han)
    await opened(begin, key)
    first = await used_at(begin, key)
    clock.offset = timedelta(seconds=30)
    await opened(begin, key)
    assert await used_at(begin, key) == first
    clock.offset = timedelta(seconds=90)
    await opened(begin, key)
    assert await used_at(begin, key) > first


@pytest.mark.parametrize("token", ["", "yk_", "yk_short", "yk_" + "é" * 43, "sk_" + "a" * 43, "yk_" + "a" * 44])
async def test_what_does_not_look_like_a_key_is_nobody(begin: Any, token: str) -> None:
    assert not is_token(token)
    async with begin() as uow:
        assert await authenticate(uow.conn, token, uow.now) is None


async def test_a_well_formed_stranger_is_nobody(begin: Any, han: str) -> None:
    async with begin() as uow:
        assert await authenticate(uow.conn, new_token(), uow.now) is None


async def issued(begin: Any, actor: str, days: int = 30) -> IssuedKey:
    async with begin(actor) as uow:
        return await key_life.issue(uow, actor, ["operator", "engineer"], days)


async def opened(begin: Any, key: IssuedKey) -> KeyHolder | None:
    async with begin() as uow:
        return await authenticate(uow.conn, key.token, uow.now)


async def used_at(begin: Any, key: IssuedKey) -> Any:
    async with begin() as uow:
        row = await (await uow.conn.execute("select used_at from access.key where id = %s", (key.id,))).fetchone()
    assert row is not None
    return row["used_at"]


async def approved(begin: Any, act: str, facts: four_eyes.Facts) -> str:
    async with begin() as uow:
        approval = await four_eyes.propose(uow, act, facts)
    async with begin(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def refused(code: str, unit: Any, story: Any, *args: object) -> None:
    with pytest.raises(Problem) as raised:
        async with unit as uow:
            await story(uow, *args)
    assert raised.value.code.name == code
