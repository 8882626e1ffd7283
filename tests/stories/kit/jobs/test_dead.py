"""Dead letters: looked at, replayed, discarded."""

from __future__ import annotations

import pytest

from tests.stories.kit.jobs.conftest import AT_ONCE, Shop
from yumen.kit.errors import Problem, Rejected
from yumen.kit.jobs import NotIds, discard, list_dead, replay, show


async def test_a_job_that_keeps_failing_becomes_a_dead_letter_without_a_word_of_its_failure(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(KeyError("13800138000")), retry_max=2, backoff=AT_ONCE)
    number = await shop.defer("send", {"subject": "sub_x"})
    await shop.run_until(lambda: len(shop.lines) == 3)
    async with shop.conn() as conn:
        (letter,) = await list_dead(conn)
        assert letter == await show(conn, letter.id)
        dump = await (await conn.execute("select row_to_json(f)::text as row from ops.job_failure f")).fetchall()
    assert (letter.id, letter.name, letter.args, letter.attempts, letter.code) == (
        number,
        "send",
        {"subject": "sub_x"},
        3,
        "jobs.defect.KeyError",
    )
    assert [line.outcome for line in shop.lines] == ["retry", "retry", "dead"]
    assert "13800138000" not in str(dump) + str(shop.lines)


async def test_a_replayed_letter_begins_anew(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused"), times=1))
    number = await shop.defer("send")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        await replay(conn, number)
    await shop.run()
    assert [(line.attempt, line.outcome) for line in shop.lines] == [(1, "dead"), (1, "done")]
    async with shop.conn() as conn:
        assert await list_dead(conn) == []


async def test_a_letter_is_not_replayed_beside_a_waiting_job_for_the_same_thing(shop: Shop) -> None:
    shop.jobs.register("tidy", shop.fail_with(Rejected("x")))
    async with shop.conn() as conn:
        number = await shop.jobs.defer(conn, "tidy", {}, queueing_lock="tidy")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        await shop.jobs.defer(conn, "tidy", {}, queueing_lock="tidy")
        with pytest.raises(Problem, match=r"jobs\.still_waiting"):
            await replay(conn, number)


async def test_a_discarded_letter_is_kept_with_its_reason(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused")))
    number = await shop.defer("send")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        with pytest.raises(NotIds):
            await discard(conn, number, "asked by 13800138000")
        await discard(conn, number, "recipient closed")
        assert await list_dead(conn) == []
        kept = await (await conn.execute("select code, discarded_reason from ops.job_failure")).fetchone()
        assert kept == {"code": "wechat.refused", "discarded_reason": "recipient closed"}
        with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
            await discard(conn, number, "twice")
        with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
            await replay(conn, number)


async def test_dead_letters_are_listed_in_pages(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("x")))
    numbers = [await shop.defer("send") for _ in range(5)]
    await shop.run()
    async with shop.conn() as conn:
        first = await list_dead(conn, limit=3)
        rest = await list_dead(conn, cursor=first[-1].id, limit=3)
    assert [letter.id for letter in (*first, *rest)] == numbers


async def test_a_job_nobody_knows_becomes_a_dead_letter(shop: Shop) -> None:
    shop.jobs.register("old", shop.note)
    await shop.defer("old")
    shop.jobs.known.clear()
    await shop.run()
    async with shop.conn() as conn:
        assert [letter.code for letter in await list_dead(conn)] == ["jobs.unknown"]
