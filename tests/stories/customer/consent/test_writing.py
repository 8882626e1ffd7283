"""An answer is a row, a leaf and an event, together or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.customer.consent import choices
from yumen.customer.consent.choices import Choice
from yumen.customer.consent.notice_store import find_notice
from yumen.customer.consent.store import State, list_answers
from yumen.customer.consent.writing import EVENTS, LEAVES
from yumen.security.datamap import Purpose


async def answered(shop: Any, person: Any, *, fail: bool) -> None:
    async with shop.unit() as uow:
        notice = await find_notice(uow.conn, uow.handler, Purpose.MARKETING)
        await choices.answer(uow, person, [Choice(Purpose.MARKETING, True, notice.notice_hash, "zh")])
        if fail:
            raise KeyError("after the answer")


async def leaves(shop: Any) -> int:
    async with shop.unit() as uow:
        row = await (
            await uow.conn.execute("select count(*) as n from trail.entry where body like '%%consent.given%%'")
        ).fetchone()
    return int(row["n"])


async def test_every_state_has_its_leaf_and_its_event() -> None:
    assert set(LEAVES) == set(EVENTS) == set(State)


async def test_row_and_leaf_come_together(shop: Any) -> None:
    person = await shop.person()
    await answered(shop, person, fail=False)
    async with shop.unit() as uow:
        (kept,) = await list_answers(uow.conn, uow.handler, [person], "", 10)
    assert kept.state is State.GIVEN
    assert await leaves(shop) == 1


async def test_neither_stays_when_the_unit_fails(shop: Any) -> None:
    person = await shop.person()
    with pytest.raises(KeyError):
        await answered(shop, person, fail=True)
    async with shop.unit() as uow:
        assert await list_answers(uow.conn, uow.handler, [person], "", 10) == []
    assert await leaves(shop) == 0
