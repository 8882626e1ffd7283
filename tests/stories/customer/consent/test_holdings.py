"""Answers are handed over, kept while they may have to be proved, and erased when that is over."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from yumen.customer.consent import HOLDINGS, choices
from yumen.customer.consent.choices import Choice
from yumen.customer.consent.notice_store import find_notice
from yumen.kit.i18n import LANGUAGES
from yumen.kit.ids import SubjectId
from yumen.security.datamap import DataMap, Erased, Purpose, unnamed

(HOLDING,) = HOLDINGS


async def answered(shop: Any, purpose: str, given: bool) -> SubjectId:
    person: SubjectId = await shop.person()
    async with shop.unit() as uow:
        notice = await find_notice(uow.conn, uow.handler, Purpose(purpose))
        assert notice is not None
        await choices.answer(uow, person, [Choice(Purpose(purpose), given, notice.notice_hash, "zh")])
    return person


async def erased(shop: Any, person: SubjectId) -> Erased:
    assert HOLDING.erase is not None
    async with shop.unit() as uow:
        return await HOLDING.erase(uow, person)


def test_the_holding_is_sound_and_named_in_both_languages() -> None:
    assert DataMap(HOLDINGS, date(2026, 11, 25)).columns() == {"consent.answer.state"}
    assert [unnamed(HOLDINGS, language) for language in LANGUAGES] == [[], []]


async def test_a_person_gets_every_answer_as_plain_json(shop: Any) -> None:
    person = await answered(shop, "marketing", given=True)
    assert HOLDING.hand_over is not None
    async with shop.unit() as uow:
        told = json.loads(json.dumps(await HOLDING.hand_over(uow, person)))
    (answer,) = told["answers"]
    assert (answer["purpose"], answer["state"], answer["cause"]) == ("marketing", "given", "person")
    assert datetime.fromisoformat(answer["answered_at"]) <= datetime.now(UTC)


async def test_what_must_still_be_provable_is_kept(shop: Any) -> None:
    person = await answered(shop, "marketing", given=False)
    shop.clock.offset += timedelta(days=1095)
    assert await erased(shop, person) == Erased(0, kept=1)


async def test_what_ended_three_years_ago_goes_and_what_holds_stays(shop: Any) -> None:
    gone, held = await answered(shop, "marketing", given=False), await answered(shop, "marketing", given=True)
    shop.clock.offset += timedelta(days=1097)
    assert await erased(shop, gone) == Erased(1, kept=0)
    assert await erased(shop, held) == Erased(0, kept=1)


async def test_the_yes_before_a_recent_withdrawal_is_kept_with_it(shop: Any) -> None:
    person = await answered(shop, "marketing", given=True)
    shop.clock.offset += timedelta(days=2000)
    async with shop.unit() as uow:
        await choices.withdraw(uow, person, Purpose.MARKETING)
    assert await erased(shop, person) == Erased(0, kept=2)
    shop.clock.offset += timedelta(days=1097)
    assert await erased(shop, person) == Erased(2, kept=0)


async def test_a_merged_person_gets_the_answers_of_both_subjects(shop: Any) -> None:
    winner, loser = await answered(shop, "marketing", given=True), await answered(shop, "marketing", given=False)
    async with shop.unit() as uow:
        await uow.conn.execute("update identity.subject set stands_for = %s where id = %s", (winner, loser))
    assert HOLDING.hand_over is not None
    async with shop.unit() as uow:
        told: Any = await HOLDING.hand_over(uow, winner)
    assert [answer["state"] for answer in told["answers"]] == ["given", "refused"]
    assert await erased(shop, winner) == Erased(0, kept=2)
