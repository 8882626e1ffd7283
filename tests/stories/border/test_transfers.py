"""The ledger answers what was asked about a person and what became of it; nothing is unbooked."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.stories.border.conftest import LI, Border, allow
from tests.unit.border.samples import DATA_MAP, WRITTEN
from yumen.border import State, Way, contracting, transfers
from yumen.border.verdict import Deny
from yumen.kit.ids import SubjectId
from yumen.security.access import four_eyes

DENIED = Deny("export.separate_consent_missing", "pipl_39")


@pytest.fixture
async def contract(border: Border) -> int:
    """A contract in force; answers its row."""
    async with border.unit() as uow:
        approval = await contracting.propose(uow, WRITTEN.encode(), DATA_MAP)
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with border.unit() as uow:
        await contracting.enforce(uow, "members-crm", 1, approval, DATA_MAP)
    return int((await border.rows("select id from border.contract"))[0]["id"])


async def test_a_person_sees_every_question_and_its_answer(border: Border, contract: int) -> None:
    await border.book(1, DENIED, rules=1, contract=contract)
    await border.book(1, allow(), rules=1, contract=contract)
    async with border.unit() as uow:
        rows = await transfers.of_person(uow, [SubjectId(1)])
        assert await transfers.of_person(uow, [SubjectId(2)]) == []
    told = {(row.contract, row.version, row.way, row.verdict, row.code, row.state) for row in rows}
    assert told == {
        ("members-crm", 1, Way.SENT, 2, DENIED.code, State.REFUSED),
        ("members-crm", 1, Way.SENT, 0, "export.small", State.QUEUED),
    }


async def test_only_who_was_booked_waits_in_order_with_the_hash_of_the_contract(border: Border, contract: int) -> None:
    await border.book(4, DENIED, rules=1, contract=contract)
    for subject in (3, 1, 2):
        await border.book(subject, allow(), rules=1, contract=contract)
    async with border.unit() as uow:
        first, *rest = await transfers.waiting(uow, contract)
        assert await transfers.waiting(uow, contract, after=rest[-1].place) == []
        await transfers.leave_queue(uow, [first.place])
        left = await transfers.waiting(uow, contract)
    assert [one.cleared.subject for one in (first, *rest)] == [3, 1, 2]
    assert [one.cleared.subject for one in left] == [1, 2]
    (row,) = await border.rows("select contract_hash from border.contract")
    assert {one.cleared.contract_hash for one in left} == {row["contract_hash"]}


async def test_a_state_moves_forward_only(border: Border, contract: int) -> None:
    key = border.key()
    await border.book(1, allow(), key, rules=1, contract=contract)
    moves = [State.RECALLED, State.ARRIVED, State.SENT, State.ARRIVED, State.RECALL_PLANNED, State.RECALLED]
    moved = []
    for state in moves:
        async with border.unit() as uow:
            moved.append(bool(await transfers.settle(uow, [key, UUID(int=9)], state)))
    assert moved == [False, True, False, False, True, True]


async def test_what_was_refused_stays_refused(border: Border, contract: int) -> None:
    key = border.key()
    await border.book(1, DENIED, key, rules=1, contract=contract)
    async with border.unit() as uow:
        assert await transfers.settle(uow, [key], State.ARRIVED) == []
    assert await border.used() == 0
