"""Two rival sequencers killed again and again: no hole, no double, every signed head re-derives."""

from pathlib import Path

from tests.conftest import Cluster
from tests.soak.conftest import Tell
from tests.stories.security.trail.desk import Desk, judge
from tests.stories.security.trail.rivals import run_rivals
from yumen.kit.db import Database, Role
from yumen.security import trail

KILLS = 40


async def test_rival_sequencers_killed_at_random_lose_and_double_nothing(
    database: Database, cluster: Cluster, tmp_path: Path, tell: Tell
) -> None:
    await database.open(Role.SEQUENCER)
    desk = Desk(database, cluster)
    committed = await run_rivals(desk, KILLS, seed=7, writers=6)
    placed = await desk.integrate()
    async with await desk.connect() as conn:
        health = await trail.check(conn)
    await desk.sign()
    await desk.publish(tmp_path)
    tell(kills=KILLS, committed=committed, placed=placed, sound=int(health.sound), verdict=judge(tmp_path).verdict)
    assert placed == committed
    assert health.sound
    assert judge(tmp_path).verdict == "whole"
