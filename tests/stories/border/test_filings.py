"""A mechanism is on file once another person approved it; what is in force is read in one go, with its version."""

from __future__ import annotations

from datetime import date

import pytest

from tests.stories.border.conftest import LI, Border
from tests.unit.border.samples import DATA_MAP, WRITTEN, WRITTEN_FILING, drafted
from yumen.border import Mechanisms, contracting, filings
from yumen.border.filing_checking import filing_of
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap


async def test_a_filing_is_registered_revoked_and_read_with_the_rules(border: Border) -> None:
    one = drafted("standard_contract")
    id_ = await register(border, one)
    async with border.unit() as uow:
        before = await filings.rules(uow, DATA_MAP, Mechanisms(critical=True))
        await filings.revoke(uow, id_)
        after = await filings.rules(uow, DATA_MAP, Mechanisms())
    assert before.mechanisms == Mechanisms((filing_of(one, id_),), critical=True)
    assert after.mechanisms.filings[0].revoked_on == border.today
    assert after.version == before.version + 1
    kinds = [kind for kind in await border.kinds() if kind.startswith("filing.")]
    assert kinds == ["filing.registered", "filing.revoked"]


async def test_a_filing_needs_an_approval_of_just_that_record(border: Border) -> None:
    approval = await approved(border, WRITTEN_FILING)
    with pytest.raises(Problem, match=r"approval\.other_facts"):
        async with border.unit() as uow:
            await filings.register(uow, drafted("assessment"), approval)
    assert await border.rows("select * from border.filing") == []


async def test_only_a_filing_in_force_is_revoked(border: Border) -> None:
    with pytest.raises(Problem, match=r"filing\.not_found"):
        async with border.unit() as uow:
            await filings.revoke(uow, new_id("fil"))


async def test_a_contract_in_force_is_read_with_its_fields_and_left_out_when_the_data_map_lost_one(
    border: Border,
) -> None:
    async with border.unit() as uow:
        approval = await contracting.propose(uow, WRITTEN.encode(), DATA_MAP)
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with border.unit() as uow:
        await contracting.enforce(uow, "members-crm", 1, approval, DATA_MAP)
    without = DataMap([one for one in DATA_MAP.holdings if one.name != "member.phone"], date(2026, 11, 25))
    async with border.unit() as uow:
        rules = await filings.rules(uow, DATA_MAP, Mechanisms())
        lost = await filings.rules(uow, without, Mechanisms())
        unsound = await filings.unsound(uow, without, border.today)
    assert [contract.draft.id for contract in rules.contracts.values()] == ["members-crm"]
    assert (lost.contracts, unsound) == ({}, {"members-crm": 1})


async def test_a_record_of_a_file_is_proposed_approved_and_registered(border: Border) -> None:
    approval = await approved(border, WRITTEN_FILING)
    async with border.unit() as uow:
        draft = filings.read_filing(WRITTEN_FILING, DATA_MAP, border.today)
        id_ = await filings.register(uow, draft, approval)
    async with border.unit() as uow:
        assert await filings.on_file(uow) == [filing_of(draft, id_)]


async def approved(border: Border, source: bytes) -> str:
    async with border.unit() as uow:
        approval = await filings.propose(uow, source, DATA_MAP)
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def register(border: Border, one: filings.FilingDraft) -> str:
    async with border.unit() as uow:
        approval = await four_eyes.propose(uow, filings.ACT, filings.facts(one))
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with border.unit() as uow:
        return await filings.register(uow, one, approval)
