"""The connector's way to the chain: what was sealed is committed, waits, and is settled by its receipt."""

from tests.stories.gateway.envelope.conftest import HQ, Post
from yumen.gateway.envelope import Courier


async def test_what_was_sealed_waits_until_its_receipt_is_here(dual: Post) -> None:
    courier = Courier(dual.work, dual.handler, HQ)
    first, second = await courier.seal(b"1"), await courier.seal(b"2")
    assert await courier.waiting() == [first, second]
    await courier.settle(dual.receiver.receive(first).receipt)
    assert await courier.waiting() == [second]
