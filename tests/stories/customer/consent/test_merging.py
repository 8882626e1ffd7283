"""Two subjects become one person: every no wins, no yes is made, and undoing does not revive a yes."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.customer.consent import basis, choices, merge
from yumen.customer.consent.choices import Choice
from yumen.customer.consent.notice_store import find_notice
from yumen.customer.consent.store import Cause, list_answers
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Basis, Purpose


async def say(shop: Any, person: SubjectId, given: bool) -> None:
    async with shop.unit() as uow:
        notice = await find_notice(uow.conn, uow.handler, Purpose.MARKETING)
        assert notice is not None
        await choices.answer(uow, person, [Choice(Purpose.MARKETING, given, notice.notice_hash, "zh")])


async def joined(shop: Any, winner: SubjectId, loser: SubjectId) -> int:
    async with shop.unit() as uow:
        return await merge(uow, winner, loser)


async def gate(shop: Any, person: SubjectId) -> str:
    try:
        async with shop.unit() as uow:
            assert await basis.require(uow, person, Purpose.MARKETING) is Basis.CONSENT
    except Problem as problem:
        return problem.code.name
    return "open"


@pytest.mark.parametrize(
    ("winner_says", "loser_says", "after"),
    [
        (True, True, "open"),
        (True, False, "consent.refused"),
        (False, True, "consent.refused"),
        (True, None, "open"),
        (None, True, "consent.missing"),
        (None, False, "consent.refused"),
        (None, None, "consent.missing"),
    ],
)
async def test_every_no_wins_and_no_yes_is_made(
    shop: Any, winner_says: bool | None, loser_says: bool | None, after: str
) -> None:
    winner, loser = await shop.person(), await shop.person()
    for person, says in ((winner, winner_says), (loser, loser_says)):
        if says is not None:
            await say(shop, person, says)
    await joined(shop, winner, loser)
    assert await gate(shop, winner) == after


async def test_a_no_taken_over_is_marked_as_a_merge_s(shop: Any) -> None:
    winner, loser = await shop.person(), await shop.person()
    await say(shop, loser, False)
    assert await joined(shop, winner, loser) == 1
    async with shop.unit() as uow:
        (kept,) = await list_answers(uow.conn, uow.handler, [winner], "", 10)
    assert kept.cause is Cause.MERGE


async def test_merging_again_changes_nothing(shop: Any) -> None:
    winner, loser = await shop.person(), await shop.person()
    await say(shop, loser, False)
    assert [await joined(shop, winner, loser) for _ in range(2)] == [1, 0]


async def test_undoing_a_merge_does_not_revive_what_was_refused_meanwhile(shop: Any) -> None:
    winner, loser = await shop.person(), await shop.person()
    await say(shop, winner, True)
    await say(shop, loser, True)
    await joined(shop, winner, loser)
    async with shop.unit() as uow:
        await choices.withdraw(uow, winner, Purpose.MARKETING)
    await joined(shop, winner=loser, loser=winner)
    assert await gate(shop, loser) == "consent.withdrawn"
