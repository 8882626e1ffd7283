"""Token storm: one refresh per expiry, and no business call fails, whatever happens to refreshers and store."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from yumen.kit.db import Role

PROGRAM = Path(__file__).parent / "token_storm.py"


@pytest.mark.soak
async def test_a_thousand_expiries_cause_a_thousand_refreshes(database, cluster, tell):
    arguments = {
        "database": database.urls[Role.APP], "admin-database": cluster.server.admin_url(),
        "processes": 8, "callers": 50, "expiries": 1000, "kills": 20, "away": 10,
    }  # fmt: skip
    words = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
    program = await asyncio.create_subprocess_exec(sys.executable, str(PROGRAM), *words, stdout=asyncio.subprocess.PIPE)
    said, _ = await program.communicate()
    report = json.loads(said)
    print(json.dumps(report, indent=1))
    tell(
        processes=8,
        callers_each=50,
        expiries=1000,
        business_calls=report["business_calls"],
        failed=len(report["failed"]),
        refreshers_killed=report["killed"],
        asked_most=report["asked_most"]["expiry"],
        issued_most=max(report["issued_most"].values()),
    )
    assert report["failed"] == []
    assert report["asked_most"]["expiry"] == report["asked_most"]["foreign"] == 1
    assert report["asked_most"]["kill"] <= 2
    assert set(report["issued_most"].values()) == {1}
    assert report["killed"] == 20
