"""What we seal, headquarters' own program opens; what it countersigns, we keep; both prove the same history."""

import pytest

from tests.stories.gateway.envelope.conftest import HQ, Post
from yumen.gateway import envelope
from yumen.kit.errors import Problem
from yumen_receiver import RefusedError


async def test_what_is_sealed_is_opened_by_the_recipients_own_program(post: Post) -> None:
    assert await post.exchange(b"one") == b"one"
    assert await post.exchange(b"x" * 100_000) == b"x" * 100_000


async def test_envelopes_follow_one_another_and_both_sides_tell_the_same_history(post: Post) -> None:
    for n in range(3):
        await post.exchange(b"%d" % n)
    async with post.unit() as uow:
        ours = await envelope.history(uow, HQ)
    (sender,) = post.receiver.state.senders()
    theirs = list(post.receiver.state.history(sender.name))
    assert [(one.sequence, one.identity, one.receipt) for one in ours] == [
        (sequence, identity, receipt) for sequence, identity, _, receipt, _ in theirs
    ]
    assert [one.sequence for one in ours] == [1, 2, 3]


async def test_each_envelope_and_each_receipt_is_a_leaf(dual: Post) -> None:
    await dual.exchange()
    await dual.seal()
    assert (await dual.leaves("envelope.sealed"), await dual.leaves("envelope.receipted")) == (2, 1)


async def test_an_envelope_proves_that_the_earlier_ones_are_in_the_trail(dual: Post) -> None:
    await dual.exchange()
    await dual.exchange()
    await dual.sign_trail()
    opened = dual.receiver.receive((await dual.seal()).data)
    assert opened.proved == (1, 2)
    assert opened.trail_size > 2
    await dual.sign_trail()
    assert dual.receiver.receive((await dual.seal()).data).proved == (3,)


async def test_without_a_new_checkpoint_nothing_is_proved_twice(dual: Post) -> None:
    await dual.exchange()
    await dual.sign_trail()
    assert dual.receiver.receive((await dual.seal()).data).proved == (1,)
    assert dual.receiver.receive((await dual.seal()).data).proved == ()


async def test_an_unanswered_envelope_is_sent_again_as_it_is(dual: Post) -> None:
    first = await dual.seal()
    await dual.seal()
    async with dual.unit() as uow:
        waiting = await envelope.in_flight(uow, HQ)
    assert [one.sequence for one in waiting] == [1, 2]
    assert waiting[0] == first
    dual.receiver.receive(first.data)
    with pytest.raises(RefusedError, match="replayed") as replayed:
        dual.receiver.receive(waiting[0].data)
    assert replayed.value.receipt is not None
    await dual.settle(replayed.value.receipt)
    async with dual.unit() as uow:
        assert [one.sequence for one in await envelope.in_flight(uow, HQ)] == [2]


async def test_a_silent_recipient_is_not_buried_in_envelopes(dual: Post) -> None:
    for _ in range(envelope.IN_FLIGHT_MAX):
        await dual.seal()
    with pytest.raises(Problem, match=r"envelope\.backlog"):
        await dual.seal()


async def test_nothing_and_too_much_are_not_sealed(dual: Post) -> None:
    for content in (b"", b"x" * (envelope.CONTENT_BYTES_MAX + 1)):
        with pytest.raises(Problem, match=r"envelope\.content_unfit"):
            await dual.seal(content)


async def test_no_bytes_of_a_settled_envelope_are_kept(dual: Post) -> None:
    await dual.exchange()
    async with dual.unit() as uow:
        assert await envelope.in_flight(uow, HQ) == []
        (past,) = await envelope.history(uow, HQ)
    assert past.receipt is not None
