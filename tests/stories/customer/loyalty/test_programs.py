"""Rules hold from their beginning, once a second person adopted them."""

import pytest

from yumen.customer.loyalty import programs
from yumen.customer.loyalty.earning import Rules
from yumen.customer.loyalty.tiers import Tier, Tiers
from yumen.kit.errors import Problem
from yumen.security.access import four_eyes

ONE, TWO = Rules(points=1, per_fen=100), Rules(points=2, per_fen=100)
OTHER = "stf_0000000000000000000000000b"


async def propose(club, body, starts_at):
    async with club.house.staff() as uow:
        return await programs.propose(uow, body, starts_at)


async def refused(club, code, version, approval):
    with pytest.raises(Problem) as problem:
        async with club.house.staff() as uow:
            await programs.adopt(uow, "earning", version, approval)
    assert problem.value.code.name == code


async def test_what_is_only_proposed_holds_nothing(club):
    version, approval = await propose(club, ONE, club.in_days(-1))
    async with club.house.staff() as uow:
        assert await programs.earning_at(uow, uow.now) is None
    await refused(club, "approval.not_approved", version, approval)


async def test_an_approval_is_for_one_body_and_one_version(club):
    first, approval = await propose(club, ONE, club.in_days(-1))
    second, _ = await propose(club, TWO, club.in_days(-1))
    async with club.house.staff(OTHER) as uow:
        await four_eyes.approve(uow, approval, ["compliance"])
    await refused(club, "approval.other_facts", second, approval)
    async with club.house.staff() as uow:
        await programs.adopt(uow, "earning", first, approval)
    await refused(club, "loyalty.program_adopted", first, approval)
    async with club.house.staff() as uow:
        assert await programs.earning_at(uow, uow.now) == (1, ONE)


async def test_only_the_first_version_may_begin_in_the_past(club):
    await club.adopt(ONE)
    with pytest.raises(Problem, match=r"loyalty\.program_starts_in_past"):
        await club.adopt(TWO, club.in_days(-1))
    await club.adopt(TWO, club.in_days(1))
    async with club.house.staff() as uow:
        assert await programs.earning_at(uow, uow.now) == (1, ONE)
        assert await programs.earning_at(uow, club.in_days(2)) == (3, TWO)


async def test_each_kind_has_versions_of_its_own(club):
    await club.adopt(ONE)
    ladder = Tiers((Tier("gold", 5),))
    assert await club.adopt(ladder) == 1
    async with club.house.staff() as uow:
        assert await programs.tiers_at(uow, uow.now) == ladder
        (only,) = await programs.list_versions(uow, "tiers", 10, 10)
        assert (only.body, only.body_hash) == (ladder, programs.hash_of(ladder))
        with pytest.raises(Problem, match=r"loyalty\.program_unknown"):
            await programs.get(uow, "tiers", 2)
