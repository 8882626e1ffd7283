"""The token storm of tests/soak, bounded: two processes of twenty callers, ten expiries, one refresher killed."""

import asyncio
import json
import sys
from pathlib import Path

from yumen.kit.db import Role

PROGRAM = Path(__file__).parents[2] / "soak" / "token_storm.py"


async def test_ten_expiries_cause_ten_refreshes_and_no_call_fails(database, cluster):
    arguments = ["--database", database.urls[Role.APP], "--admin-database", cluster.server.admin_url()]
    arguments += ["--kills", "1", "--away", "1"]
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    report = json.loads(said)
    assert report["failed"] == []
    assert report["asked_most"]["expiry"] == report["asked_most"]["foreign"] == 1
    assert report["asked_most"]["kill"] <= 2
    assert set(report["issued_most"].values()) == {1}
    assert report["killed"] == 1
    assert report["business_calls"] >= 2 * 20 * 10 - 20
