"""What can be proved to a recipient: at most a few leaves at once, oldest first, and only what a checkpoint holds."""

from tests.stories.gateway.envelope.conftest import HQ, Post
from yumen.gateway.envelope.layout import PROOFS_MAX
from yumen.gateway.envelope.proofs import gather


async def test_nothing_is_proved_before_a_checkpoint_holds_it(dual: Post) -> None:
    await dual.exchange()
    async with dual.unit() as uow:
        seen = await gather(uow, HQ, 10**9)
        assert (seen.proof, seen.trail_size) == (None, 10**9)
        assert (await gather(uow, HQ, 0)).proved == []


async def test_a_long_backlog_is_proved_a_few_at_a_time_and_in_the_end_wholly(dual: Post) -> None:
    for _ in range(2 * PROOFS_MAX + 1):
        await dual.exchange()
    await dual.sign_trail()
    proved = [dual.receiver.receive((await dual.seal()).data).proved for _ in range(3)]
    assert [len(some) for some in proved] == [PROOFS_MAX, PROOFS_MAX, 1]
    assert [n for some in proved for n in some] == list(range(1, 2 * PROOFS_MAX + 2))
