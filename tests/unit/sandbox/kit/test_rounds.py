import asyncio

from yumen.sandbox.kit.rounds import Rounds


class Counting(Rounds):
    """Counts its turns; each next is an hour away."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0
        self.closed = False

    def start_due(self) -> float:
        self.turns += 1
        return 3600.0

    async def let_go(self) -> None:
        self.closed = True


async def test_it_sleeps_until_it_is_woken_and_lets_go_at_the_end():
    rounds = Counting()
    running = asyncio.create_task(rounds.run())
    await asyncio.sleep(0.02)
    assert rounds.turns == 1
    rounds.wake()
    await asyncio.sleep(0.02)
    rounds.arrived("anything")
    await asyncio.sleep(0.02)
    assert rounds.turns == 3
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert rounds.closed
