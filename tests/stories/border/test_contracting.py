"""A contract is in force only after another person approved just that text; every step leaves its leaf."""

from __future__ import annotations

import pytest

from tests.stories.border.conftest import HAN, LI, Border, allow
from tests.unit.border.samples import DATA_MAP, WRITTEN
from yumen.border import BadContractError, contracting
from yumen.kit.errors import Problem
from yumen.security.access import four_eyes

SECOND = WRITTEN.replace("version = 1", "version = 2").replace("days = 730", "days = 365")


async def propose(border: Border, written: str = WRITTEN) -> str:
    async with border.unit() as uow:
        return await contracting.propose(uow, written.encode(), DATA_MAP)


async def approve(border: Border, approval: str, by: str = LI) -> None:
    async with border.unit(by) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))


async def enforce(border: Border, version: int, approval: str | None) -> None:
    async with border.unit() as uow:
        await contracting.enforce(uow, "members-crm", version, approval, DATA_MAP)


async def states(border: Border) -> list[tuple[int, str]]:
    rows = await border.rows("select version, state from border.contract order by version")
    return [(row["version"], row["state"]) for row in rows]


async def test_a_contract_approved_by_another_person_comes_into_force(border: Border) -> None:
    approval = await propose(border)
    await approve(border, approval)
    await enforce(border, 1, approval)
    assert await states(border) == [(1, "in_force")]
    kinds = await border.kinds()
    assert [kind for kind in kinds if kind.startswith("contract.")] == ["contract.proposed", "contract.approved"]


async def test_nobody_approves_their_own_contract(border: Border) -> None:
    approval = await propose(border)
    with pytest.raises(Problem, match=r"approval\.same_person"):
        await approve(border, approval, HAN)
    with pytest.raises(Problem, match=r"approval\.not_approved"):
        await enforce(border, 1, approval)
    assert await states(border) == [(1, "proposed")]


async def test_an_approval_serves_one_text_only(border: Border) -> None:
    first = await propose(border)
    await approve(border, first)
    await propose(border, SECOND)
    with pytest.raises(Problem, match=r"approval\.other_facts"):
        await enforce(border, 2, first)


async def test_a_new_version_ends_the_one_before(border: Border) -> None:
    for version, written in ((1, WRITTEN), (2, SECOND)):
        approval = await propose(border, written)
        await approve(border, approval)
        await enforce(border, version, approval)
    assert await states(border) == [(1, "ended"), (2, "in_force")]
    with pytest.raises(Problem, match=r"contract\.not_proposed"):
        await enforce(border, 1, approval)


async def test_a_version_is_proposed_once_and_never_an_older_one(border: Border) -> None:
    await propose(border, SECOND)
    with pytest.raises(Problem, match=r"contract\.version_taken"):
        await propose(border, SECOND)
    with pytest.raises(Problem, match=r"contract\.version_old"):
        await propose(border)


async def test_an_unsound_contract_is_not_even_proposed(border: Border) -> None:
    with pytest.raises(BadContractError):
        await propose(border, WRITTEN.replace("member.card.points", "member.card.secret"))
    assert await states(border) == []


async def test_what_was_judged_before_a_contract_ended_is_not_booked(border: Border) -> None:
    approval = await propose(border)
    await approve(border, approval)
    await enforce(border, 1, approval)
    assert (await border.book(1, allow(), rules=1)).verdict == 0
    async with border.unit() as uow:
        await contracting.end(uow, "members-crm")
    with pytest.raises(Problem, match=r"border\.judge_again"):
        await border.book(2, allow(), rules=1)
    assert await states(border) == [(1, "ended")]
    assert (await border.kinds())[-1] == "contract.ended"


async def test_what_does_not_exist_cannot_be_enforced_or_ended(border: Border) -> None:
    with pytest.raises(Problem, match=r"contract\.not_found"):
        await enforce(border, 1, None)
    async with border.unit() as uow:
        with pytest.raises(Problem, match=r"contract\.not_found"):
            await contracting.end(uow, "members-crm")


async def test_the_second_person_reads_a_version_beside_the_one_in_force_before(border: Border) -> None:
    approval = await propose(border)
    await approve(border, approval)
    await enforce(border, 1, approval)
    await propose(border, SECOND)
    async with border.unit() as uow:
        draft, before = await contracting.compare(uow, "members-crm", 2)
        first, none = await contracting.compare(uow, "members-crm", 1)
        listed = await contracting.versions(uow)
        with pytest.raises(Problem, match=r"contract\.not_found"):
            await contracting.compare(uow, "members-crm", 3)
    assert (draft.retention.days, before) == (365, first)
    assert none is None
    assert [(one.version, one.state) for one in listed] == [(2, "proposed"), (1, "in_force")]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", ["members-crm"]),
        ('legal_name = "Velvet SA"', 'legal_name = "Satin SA"', []),
        ('purpose = "marketing"', 'purpose = "membership"', []),
    ],
)
async def test_one_export_in_two_handlers_hands_is_found(border: Border, old: str, new: str, found: list[str]) -> None:
    approval = await propose(border)
    await approve(border, approval)
    await enforce(border, 1, approval)
    own = border.handler
    await border.do("insert into identity.handler (code, name_en, name_zh) values ('satin', 'Satin', '缎')")
    border.handler = (await border.rows("select id from identity.handler where code = 'satin'"))[0]["id"]
    async with border.unit() as uow:
        assert await contracting.perhaps_split(uow) == []
    approval = await propose(border, WRITTEN.replace(old, new) if old else WRITTEN)
    await approve(border, approval)
    await enforce(border, 1, approval)
    async with border.unit() as uow:
        assert await contracting.perhaps_split(uow) == found
    border.handler = own
    async with border.unit() as uow:
        assert await contracting.perhaps_split(uow) == found
