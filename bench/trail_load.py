"""The processes of the trail's measurement: writers of acts, and a sequencer that notes when it integrated what.

`python -m bench.trail_load write URL TABLE CONNECTIONS SECONDS` prints one JSON line;
`python -m bench.trail_load sequence URL FILE` writes `nanoseconds size` for each round until SIGTERM.
"""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

import psycopg

from yumen.kit.clock import real_now
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import Actor, ActorKind
from yumen.security.trail import LeafKind, Sequencer
from yumen.security.trail.log import prefix

LeafKind("bench.acted", "at_ns", "notice", "receipt")
ACTOR = Actor(ActorKind.SUBJECT, new_id("sub"), HandlerId(1))
FACTS = {"notice": new_id("ntc"), "receipt": "5e" * 32}
ACT = b"a" * 200


def leaf(number: int) -> bytes:
    """A leaf of about 220 bytes that ends in the nanosecond at which it was made."""
    return prefix("bench.acted", real_now(), ACTOR, {**FACTS, "at_ns": number}) + b"%d]" % time.time_ns()


async def write(url: str, table: str, connections: int, seconds: float) -> dict[str, object]:
    """Acts with a row in `table` each, as many as go; the shape is the same for every table."""
    spent: list[float] = []
    deadline = time.perf_counter() + seconds
    await asyncio.gather(*(_write_one(url, table, deadline, spent) for _ in range(connections)))
    spent.sort()
    return {"acts": len(spent), "p50_ms": spent[len(spent) // 2] * 1e3, "p99_ms": spent[len(spent) * 99 // 100] * 1e3}


async def _write_one(url: str, table: str, deadline: float, spent: list[float]) -> None:
    act, second = "insert into bench.act (body) values (%s)", f"insert into {table} (body) values (%s)"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=1) as conn:
        while (begun := time.perf_counter()) < deadline:
            async with conn.pipeline(), conn.transaction():
                await conn.execute(act, (ACT,))
                await conn.execute(second.encode(), (leaf(len(spent)),))
            spent.append(time.perf_counter() - begun)


async def sequence(url: str, file: Path) -> None:
    """Integrate until SIGTERM, then write down the rounds."""
    database, stop, rounds = Database({Role.SEQUENCER: url}), asyncio.Event(), []

    async def connect() -> Conn:
        return await database.connect(Role.SEQUENCER)

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("up", flush=True)
    await Sequencer(connect, lambda size: rounds.append((time.time_ns(), size))).run(stop)
    await asyncio.to_thread(file.write_text, "".join(f"{at} {size}\n" for at, size in rounds))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", url, table, connections, seconds]:
            print(json.dumps(asyncio.run(write(url, table, int(connections), float(seconds)))))
        case ["sequence", url, file]:
            asyncio.run(sequence(url, Path(file)))
