"""Yes, no and no longer: each by itself, on the notice that was shown, with its leaf, row and event."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from yumen.customer.consent import (
    ConsentGranted,
    ConsentRefused,
    ConsentWithdrawn,
    basis,
    choices,
    notices,
    registration,
)
from yumen.customer.consent.choices import Choice
from yumen.customer.consent.notice_store import find_notice
from yumen.customer.consent.store import Cause, list_answers
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Basis, Purpose

SEPARATE = [Purpose.PUBLICATION, Purpose.EXPORT]


async def choice(shop: Any, purpose: Purpose, given: bool = True) -> Choice:
    async with shop.unit() as uow:
        notice = await find_notice(uow.conn, uow.handler, purpose)
    return Choice(purpose, given, notice.notice_hash if notice else b"\0" * 32, "zh")


async def say(shop: Any, person: SubjectId, purpose: Purpose, given: bool = True) -> None:
    made = await choice(shop, purpose, given)
    async with shop.unit() as uow:
        await choices.answer(uow, person, [made])


async def refused(code: str, shop: Any, story: Any, *args: object) -> Problem:
    with pytest.raises(Problem) as raised:
        async with shop.unit() as uow:
            await story(uow, *args)
    assert raised.value.code.name == code
    return raised.value


async def leaves(shop: Any) -> list[str]:
    async with shop.unit() as uow:
        rows = await (await uow.conn.execute("select body from trail.entry order by xid, id")).fetchall()
    kinds = [msgspec.json.decode(row["body"])[1] for row in rows]
    return [kind for kind in kinds if kind.startswith("consent.")]


async def test_what_rests_on_contract_or_law_needs_no_answer(shop: Any) -> None:
    person = await shop.person()
    async with shop.unit() as uow:
        assert await basis.require(uow, person, Purpose.ACCOUNT) is Basis.CONTRACT
        assert await basis.require(uow, person, Purpose.SECURITY) is Basis.LEGAL_DUTY


async def test_nothing_is_done_on_a_consent_that_nobody_gave(shop: Any) -> None:
    await refused("consent.missing", shop, basis.require, await shop.person(), Purpose.MARKETING)


async def test_a_yes_opens_the_gate_for_that_purpose_and_person_only(shop: Any) -> None:
    person, other = await shop.person(), await shop.person()
    await say(shop, person, Purpose.MARKETING)
    async with shop.unit() as uow:
        assert await basis.require(uow, person, Purpose.MARKETING) is Basis.CONSENT
    await refused("consent.missing", shop, basis.require, person, Purpose.PROFILE)
    await refused("consent.missing", shop, basis.require, other, Purpose.MARKETING)


async def test_a_no_and_a_withdrawal_close_the_gate_and_each_is_told(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.PROFILE, given=False)
    await refused("consent.refused", shop, basis.require, person, Purpose.PROFILE)
    await say(shop, person, Purpose.PROFILE)
    async with shop.unit() as uow:
        await choices.withdraw(uow, person, Purpose.PROFILE)
    await refused("consent.withdrawn", shop, basis.require, person, Purpose.PROFILE)
    assert [type(event) for event in shop.heard.events] == [ConsentRefused, ConsentGranted, ConsentWithdrawn]
    assert await leaves(shop) == ["consent.refused", "consent.given", "consent.withdrawn"]


async def test_the_leaf_names_the_notice_by_its_hash_and_the_person_by_number(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.MARKETING)
    shown = await choice(shop, Purpose.MARKETING)
    async with shop.unit() as uow:
        row = await (
            await uow.conn.execute("select body from trail.entry order by xid desc, id desc limit 1")
        ).fetchone()
        (kept,) = await list_answers(uow.conn, uow.handler, [person], "", 10)
    assert row is not None
    leaf = msgspec.json.decode(row["body"])
    assert leaf[5]["notice"] == shown.notice_hash.hex()
    assert leaf[5]["answer"] == kept.id
    assert leaf[-1] == person


async def test_a_no_after_a_yes_is_a_withdrawal(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.MARKETING)
    await say(shop, person, Purpose.MARKETING, given=False)
    await refused("consent.withdrawn", shop, basis.require, person, Purpose.MARKETING)


@pytest.mark.parametrize("given", [True, False])
async def test_saying_the_same_again_changes_nothing(shop: Any, given: bool) -> None:
    person = await shop.person()
    for _ in range(3):
        await say(shop, person, Purpose.MARKETING, given)
    assert len(await leaves(shop)) == 1


async def test_withdrawing_nothing_changes_nothing(shop: Any) -> None:
    async with shop.unit() as uow:
        await choices.withdraw(uow, await shop.person(), Purpose.MARKETING)
    assert await leaves(shop) == []


@pytest.mark.parametrize(
    "purpose", [Purpose.ACCOUNT, Purpose.SALE, Purpose.MEMBERSHIP, Purpose.SECURITY, Purpose.EVIDENCE]
)
async def test_consent_is_never_asked_where_contract_or_law_suffices(shop: Any, purpose: Purpose) -> None:
    person = await shop.person()
    made = await choice(shop, purpose)
    problem = await refused("consent.not_needed", shop, choices.answer, person, [made])
    assert problem.at == "/choices/0/purpose"
    await refused("consent.not_needed", shop, choices.withdraw, person, purpose)


@pytest.mark.parametrize("purpose", SEPARATE)
async def test_a_separate_consent_is_never_bundled_with_another_yes(shop: Any, purpose: Purpose) -> None:
    person = await shop.person()
    both = [await choice(shop, Purpose.MARKETING), await choice(shop, purpose)]
    problem = await refused("consent.bundled", shop, choices.answer, person, both)
    assert problem.at == "/choices/1/purpose"
    await refused("consent.missing", shop, basis.require, person, Purpose.MARKETING)


async def test_two_separate_consents_are_not_bundled_either(shop: Any) -> None:
    both = [await choice(shop, purpose) for purpose in SEPARATE]
    await refused("consent.bundled", shop, choices.answer, await shop.person(), both)


async def test_a_separate_yes_beside_noes_and_many_noes_are_fine(shop: Any) -> None:
    person = await shop.person()
    made = [await choice(shop, Purpose.EXPORT), await choice(shop, Purpose.PUBLICATION, given=False)]
    async with shop.unit() as uow:
        await choices.answer(uow, person, made)
        assert await basis.require(uow, person, Purpose.EXPORT) is Basis.CONSENT
    await refused("consent.refused", shop, basis.require, person, Purpose.PUBLICATION)


async def test_the_same_purpose_twice_is_refused(shop: Any) -> None:
    made = await choice(shop, Purpose.MARKETING)
    await refused("consent.repeated", shop, choices.answer, await shop.person(), [made, made])


async def test_a_purpose_without_a_notice_cannot_be_asked(shop: Any) -> None:
    made = await choice(shop, Purpose.IMAGING)
    await refused("consent.no_notice", shop, choices.answer, await shop.person(), [made])


async def test_an_answer_to_another_text_than_the_newest_is_refused(shop: Any) -> None:
    made = Choice(Purpose.MARKETING, True, b"\1" * 32, "en")
    problem = await refused("consent.notice_outdated", shop, choices.answer, await shop.person(), [made])
    assert problem.at == "/choices/0/notice_hash"


async def test_one_wrong_choice_and_none_is_taken(shop: Any) -> None:
    person = await shop.person()
    made = [await choice(shop, Purpose.MARKETING), Choice(Purpose.PROFILE, False, b"\1" * 32, "en")]
    await refused("consent.notice_outdated", shop, choices.answer, person, made)
    assert await leaves(shop) == []


async def test_a_material_change_asks_again_and_any_other_does_not(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.MARKETING)
    await change(shop, Purpose.MARKETING, 2, material=False)
    async with shop.unit() as uow:
        assert await basis.require(uow, person, Purpose.MARKETING) is Basis.CONSENT
    await change(shop, Purpose.MARKETING, 3, material=True)
    await refused("consent.ask_again", shop, basis.require, person, Purpose.MARKETING)
    await say(shop, person, Purpose.MARKETING)
    async with shop.unit() as uow:
        assert await basis.require(uow, person, Purpose.MARKETING) is Basis.CONSENT


async def test_answers_at_the_same_moment_are_taken_one_after_the_other(shop: Any) -> None:
    person = await shop.person()
    await asyncio.gather(*(say(shop, person, Purpose.MARKETING) for _ in range(6)))
    assert await leaves(shop) == ["consent.given"]


async def test_another_handler_s_notice_does_not_serve(shop: Any, open_shop: Any) -> None:
    other = await open_shop()
    await change(other, Purpose.MARKETING, 2, material=True)
    made = await choice(other, Purpose.MARKETING)
    await refused("consent.notice_outdated", shop, choices.answer, await shop.person(), [made])


async def test_answers_cannot_be_rewritten_by_the_program(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.MARKETING)
    for attempt in ("update consent.answer set state = 'refused'", "delete from consent.answer"):
        with pytest.raises(Exception, match="permission denied"):
            async with shop.unit() as uow:
                await uow.conn.execute(attempt)


async def test_an_answer_says_who_spoke(shop: Any) -> None:
    person = await shop.person()
    await say(shop, person, Purpose.MARKETING)
    async with shop.unit() as uow:
        (kept,) = await list_answers(uow.conn, uow.handler, [person], "", 10)
    assert (kept.cause, kept.language, kept.purpose) == (Cause.PERSON, "zh", Purpose.MARKETING)


async def change(shop: Any, purpose: Purpose, version: int, material: bool) -> None:
    """Register a later version of a notice."""
    async with shop.unit() as uow:
        known = await find_notice(uow.conn, uow.handler, purpose)
        assert known is not None
        notice = notices.of_body(known.body)
        keep_days = notice.keep_days + 1 if material else notice.keep_days
        later = msgspec.structs.replace(notice, version=version, material=material, keep_days=keep_days)
        await registration.register(uow, [later])
    shop.clock.offset += timedelta(seconds=1)
