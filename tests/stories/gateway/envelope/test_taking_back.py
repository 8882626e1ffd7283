"""What never left is unmade: its number goes to the next, and both histories stay one."""

from __future__ import annotations

from tests.stories.gateway.envelope.conftest import HQ, Post
from yumen.gateway import envelope
from yumen.gateway.envelope import Courier, Suite, pens


async def test_the_next_envelope_takes_the_place_of_one_that_never_left(post: Post) -> None:
    await post.exchange(b"first")
    await post.sign_trail()
    courier = Courier(post.work, post.handler, HQ)
    lost = await courier.seal(b"who withdrew meanwhile")
    await courier.take_back(lost)
    assert await courier.waiting() == []
    opened = post.receiver.receive(await courier.seal(b"who did not"))
    assert (opened.sequence, opened.content) == (2, b"who did not")
    assert opened.proved == (1,), "and what the first would have proved is proved by the second"
    await courier.settle(opened.receipt)
    async with post.unit() as uow:
        assert [one.sequence for one in await envelope.history(uow, HQ)] == [1, 2]
    assert (await post.leaves("envelope.sealed"), await post.leaves("envelope.taken_back")) == (3, 1)


async def test_a_new_pen_that_was_in_it_is_introduced_again(dual: Post) -> None:
    await dual.exchange()
    async with dual.unit() as uow:
        await pens.hand_over(uow, Suite.INTL)
    courier = Courier(dual.work, dual.handler, HQ)
    await courier.take_back(await courier.seal(b"lost"))
    for content in (b"introduces", b"signed by the new one"):
        opened = dual.receiver.receive(await courier.seal(content))
        await courier.settle(opened.receipt)
    assert opened.content == b"signed by the new one"


async def test_only_the_last_and_only_without_a_receipt(dual: Post) -> None:
    courier = Courier(dual.work, dual.handler, HQ)
    first = await courier.seal(b"first")
    second = await courier.seal(b"second")
    await courier.take_back(first)
    assert await courier.waiting() == [first, second]
    for data in (first, second):
        await courier.settle(dual.receiver.receive(data).receipt)
    await courier.take_back(second)
    async with dual.unit() as uow:
        assert [one.receipt is not None for one in await envelope.history(uow, HQ)] == [True, True]


async def test_what_another_process_sealed_stays(dual: Post) -> None:
    sealed = await Courier(dual.work, dual.handler, HQ).seal(b"from before a restart")
    await Courier(dual.work, dual.handler, HQ).take_back(sealed)
    async with dual.unit() as uow:
        assert [one.data for one in await envelope.in_flight(uow, HQ)] == [sealed]
