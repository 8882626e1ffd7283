"""The ledger asked for many at once: last answers, whoever waits, what is stranded, everything of a person."""

from __future__ import annotations

import pytest

from tests.stories.border.conftest import LI, Border, allow
from tests.unit.border.samples import DATA_MAP, WRITTEN
from yumen.border import State, contracting, figures, transfers
from yumen.border.verdict import Counter, Deny, Hold
from yumen.kit.ids import SubjectId
from yumen.security.access import four_eyes

DENIED = Deny("export.separate_consent_missing", "pipl_39")
HELD = Hold("export.notice_missing", "pipl_39")


async def enforce(border: Border, version: int) -> int:
    """Put that version in force; answers its row."""
    source = WRITTEN.replace("version = 1", f"version = {version}").encode()
    async with border.unit() as uow:
        approval = await contracting.propose(uow, source, DATA_MAP)
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with border.unit() as uow:
        await contracting.enforce(uow, "members-crm", version, approval, DATA_MAP)
    (row,) = await border.rows("select id from border.contract where version = %s", version)
    return int(row["id"])


@pytest.fixture
async def contract(border: Border) -> int:
    return await enforce(border, 1)


async def test_the_last_answer_of_each_person_under_each_version(border: Border, contract: int) -> None:
    await border.book(1, DENIED, rules=1, contract=contract)
    await border.book(1, HELD, rules=1, contract=contract)
    await border.book(2, allow(), rules=1, contract=contract)
    persons = [SubjectId(n) for n in (1, 2, 3)]
    async with border.unit() as uow:
        last = await transfers.last_answers(uow, persons, [contract, contract + 1])
        assert await transfers.held(uow, contract, SubjectId(0)) == [1]
        assert await transfers.held(uow, contract, SubjectId(1)) == []
    assert last == {(1, contract): (1, HELD.code), (2, contract): (0, "export.small")}


async def test_who_waits_under_an_ended_version_is_stranded(border: Border, contract: int) -> None:
    await border.book(1, allow(), rules=1, contract=contract)
    async with border.unit() as uow:
        assert await transfers.stranded(uow) == {}
    await enforce(border, 2)
    async with border.unit() as uow:
        assert await transfers.stranded(uow) == {contract: "members-crm"}


async def test_everything_of_a_person_under_all_versions_moves_together(border: Border, contract: int) -> None:
    keys = [border.key() for _ in range(3)]
    await border.book(1, allow(), keys[0], rules=1, contract=contract)
    second = await enforce(border, 2)
    await border.book(1, allow(), keys[1], rules=3, contract=second)
    await border.book(2, allow(), keys[2], rules=3, contract=second)
    async with border.unit() as uow:
        await transfers.settle(uow, [keys[0]], State.ARRIVED)
        moved = await transfers.settle_person(uow, "members-crm", [SubjectId(1)], State.RECALL_PLANNED)
        assert set(moved) == set(keys[:2])
        assert await transfers.settle_person(uow, "another", [SubjectId(1)], State.RECALLED) == []
        states = await transfers.states(uow, keys)
    assert [states[key] for key in keys] == [State.RECALL_PLANNED, State.RECALL_PLANNED, State.QUEUED]


async def test_persons_newly_counted_on_each_day(border: Border, contract: int) -> None:
    for subject in (1, 1, 2):
        await border.book(subject, allow(), rules=1, contract=contract)
    async with border.unit() as uow:
        assert await figures.per_day(uow, border.today.year, Counter.GENERAL) == {border.today: 2}
        assert await figures.per_day(uow, border.today.year, Counter.SENSITIVE) == {}
