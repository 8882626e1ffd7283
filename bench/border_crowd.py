"""One process of callers who judge and book person after person: `python -m bench.border_crowd FILE`.

The file (JSON) says which database, which persons and how many callers. Each caller judges one person, hands them
to the booking lane of its process, waits until that is committed, and takes the next.
"""

import asyncio
import itertools
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

from bench.processes import leave
from yumen.border import Bookings, ExportContract, Filing, Mechanisms, Passage, Route, Way, prepare
from yumen.border.contract import Group
from yumen.border.reading import read
from yumen.border.standing import TOLD, Standing, consents, groups
from yumen.customer.loyalty.fields import NUMBER
from yumen.customer.profile.fields import NICKNAME
from yumen.kit.clock import Clock, shanghai_day
from yumen.kit.db import Database, Role
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

WRITTEN = """\
id = "members-crm"
version = 1
purpose = "marketing"
basis = "consent"
necessity = "Measured."
starts_on = 2026-01-01
ends_on = 2035-12-31
external_id = "Member_No"
persons_a_year = 90000
lines = [
    {field = "loyalty.member.number", name = "Member_No", change = "pass"},
    {field = "profile.detail.nickname", name = "Nickname", change = "pass"},
]
subjects = {groups = ["members"], minors = "none"}
retention = {days = 730, then = "delete"}
mechanism = {kind = "assessment", filing = "F-1", valid_from = 2026-01-01}
assessment = {reference = "PIPIA-0", finished_on = 2026-01-01}
schedule = {every_minutes = 1, last_state_wins = true}

[recipient]
id = "hq"
legal_name = "Velvet SA"
country = "FR"
contact = "p@velvet.example"
system = "crm"
role = "handler"
"""
SAID = consents(Purpose.EXPORT, Purpose.MARKETING)
MEMBER = groups([Group.MEMBERS])
PERSONS_MAX = 10**12


def members_crm() -> ExportContract:
    """The contract with its fields."""
    return ExportContract(read(WRITTEN.encode()), (NUMBER, NICKNAME))


def assessed(on: date) -> Mechanisms:
    """A security assessment from that day on, for more persons than there are."""
    filing = Filing(
        Route.ASSESSMENT, "F-1", "hq", frozenset([Purpose.MARKETING]),
        frozenset([NUMBER.address, NICKNAME.address]), 730, on, general_max=PERSONS_MAX, id="fil_0",
    )  # fmt: skip
    return Mechanisms((filing,))


def usual_person(number: int, *, told: bool = True) -> Standing:
    """A member who said yes to everything."""
    return Standing(SubjectId(number), MEMBER, SAID, TOLD if told else 0)


async def crowd(told: dict[str, Any]) -> dict[str, object]:
    """Judge and book so many persons; answers seconds, processor seconds and latencies."""
    database = Database({Role(role): url for role, url in told["urls"].items()}, pool_max=4)
    await database.open(Role.APP)
    clock = Clock()
    bookings = Bookings(database.pool(Role.APP), clock)
    today = shanghai_day(clock.now())
    ready = prepare(members_crm(), assessed(today), today)
    numbers, spent_ms = itertools.count(told["after"] + 1), []
    last = told["after"] + told["persons"]

    async def caller() -> None:
        for number in numbers:
            if number > last:
                return
            begun = time.perf_counter()
            verdict = ready.judge(usual_person(number))
            key = UUID(int=time.time_ns() // 1_000_000 << 80 | 0x8 << 76 | 0b10 << 62 | number)
            booked = await bookings.book(Passage(key, 1, SubjectId(number), 1, 0, today, Way.SENT, verdict))
            spent_ms.append((time.perf_counter() - begun) * 1e3)
            assert booked.verdict == 0, booked

    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    begun, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(told["callers"])))
    ended, cpu_s = time.monotonic(), time.process_time() - cpu
    await bookings.close()
    await database.close()
    return {"begun": begun, "ended": ended, "cpu_s": cpu_s, "spent_ms": spent_ms}


if __name__ == "__main__":
    file = Path(sys.argv[1])
    leave(file, uvloop.run(crowd(json.loads(file.read_text()))))
