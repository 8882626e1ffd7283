"""Our own keys change without a break: the old one introduces the new one to each recipient, at that one's time."""

import pytest

from tests.stories.gateway.envelope.conftest import Post
from yumen.gateway.envelope import Suite, pens
from yumen.kit.clock import real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.security import trail
from yumen_receiver import RefusedError


async def test_a_new_pen_is_introduced_by_the_old_one(post: Post) -> None:
    await post.exchange()
    async with post.unit() as uow:
        for suite in post.profile.suites:
            assert await pens.hand_over(uow, suite) == 1
    assert await post.exchange(b"introducing") == b"introducing"
    assert await post.exchange(b"by the new pen") == b"by the new pen"


async def test_an_old_pen_signs_nothing_after_it_handed_over(dual: Post) -> None:
    """Whoever steals the old key later cannot go on with the chain."""
    await dual.exchange()
    async with dual.unit() as uow:
        await pens.hand_over(uow, Suite.SM)
    await dual.exchange()
    await dual.tamper("update abroad.chain set sm_pen = 0")
    sealed = await dual.seal()
    with pytest.raises(RefusedError, match=r"keys\.sender"):
        dual.receiver.receive(sealed.data)


async def test_pens_survive_a_restart_and_taking_them_up_is_in_the_trail(dual: Post) -> None:
    async with dual.unit() as uow:
        before = await pens.bundle(uow)
    dual.restart()
    async with dual.unit() as uow:
        assert await pens.bundle(uow) == before
    assert await dual.leaves("envelope.pen_taken_up") == len(Suite)


async def test_a_new_signer_of_the_trail_is_followed(dual: Post) -> None:
    await dual.exchange()
    await dual.sign_trail()
    async with await dual.work.database.connect(Role.SEQUENCER) as conn:
        dual.log = await trail.rotate(conn, dual.log, trail.KeySigner(Sm2PrivateKey.generate()), real_now())
    await dual.exchange()
    await dual.sign_trail()
    assert dual.receiver.receive((await dual.seal()).data).proved == (2,)
    (sender,) = dual.receiver.state.senders()
    assert sender.trail.number == 1


async def test_before_the_first_checkpoint_there_is_nothing_to_pin(dual: Post) -> None:
    await dual.tamper("delete from trail.signer")
    async with dual.unit() as uow:
        with pytest.raises(Problem, match=r"envelope\.trail_unsigned"):
            await pens.bundle(uow)
