"""People pause, resume and send everybody again; one process at a time serves a recipient."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway
from tests.stories.gateway.recipient import timed_out
from yumen.gateway import connection_store, connections
from yumen.gateway.connections import trail_word
from yumen.kit.errors import Problem


async def test_a_full_resync_sends_everybody_again(gateway: Gateway) -> None:
    await gateway.members(3)
    await gateway.all_of_it()
    async with gateway.unit() as uow:
        await connections.order_resync(uow, CONTRACT)
    assert await connections.resync(gateway.work, gateway.handler) == 1
    await gateway.judge()
    assert (await gateway.send()).arrived == 3
    assert len(gateway.hq.sent) == 6


async def test_pausing_twice_is_one_act(gateway: Gateway) -> None:
    await gateway.send()
    for _ in range(2):
        async with gateway.unit() as uow:
            await connections.pause(uow, CONTRACT, "audit")
    assert await gateway.kinds("gateway.") == ["gateway.paused"]


async def test_an_unknown_connection_is_refused(gateway: Gateway) -> None:
    with pytest.raises(Problem) as refused:
        async with gateway.unit() as uow:
            await connections.pause(uow, "nobody", "audit")
    assert refused.value.code is connections.UNKNOWN


async def test_one_process_serves_it_until_it_lets_go_or_dies(gateway: Gateway) -> None:
    await gateway.send()

    async def take(holder: str) -> bool:
        async with gateway.unit() as uow:
            return await connection_store.take(uow.conn, gateway.handler, CONTRACT, holder)

    assert [await take("a"), await take("b"), await take("a")] == [True, False, True]
    async with gateway.unit() as uow:
        await connection_store.let_go(uow.conn, gateway.handler, CONTRACT, "a")
    assert await take("b")
    await gateway.do("update gateway.connection set held_until = now() - interval '1 second'")
    assert await take("a")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("INVALID_FIELD", "invalid_field"),
        ("connector.refused", "connector_refused"),
        ("--", "unnamed"),
        ("A  B", "a_b"),
    ],
)
def test_a_recipients_code_fits_the_trail(code: str, word: str) -> None:
    assert trail_word(code) == word


async def test_a_recipient_that_does_not_answer_is_marked_and_named_after_half_a_day(gateway: Gateway) -> None:
    """Nobody knows what became of the call, and it cannot be asked: the line is dead, not the connection refused."""
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = lambda what, n: timed_out()
    await gateway.send()
    await gateway.send()
    async with gateway.unit() as uow:
        (status,) = await connections.status(uow)
        assert (status.flying, status.connection.code) == (1, "gateway.recall_no_answer")
        assert await connections.list_silent(uow) == []
    gateway.clock.offset += timedelta(hours=13)
    async with gateway.unit() as uow:
        assert await connections.list_silent(uow) == [CONTRACT]
    gateway.hq.trouble = lambda what, n: None
    await gateway.send()
    async with gateway.unit() as uow:
        assert await connections.list_silent(uow) == []
        assert (await connections.status(uow))[0].connection.code == ""
