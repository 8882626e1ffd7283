"""A sequencer as a process of its own, to be killed: `python -m tests.stories.security.trail.sequencing <url>`."""

from __future__ import annotations

import asyncio
import sys

from yumen.kit.db import Conn, Database, Role
from yumen.security.trail import Sequencer


async def main(url: str) -> None:
    database = Database({Role.SEQUENCER: url})

    async def connect() -> Conn:
        conn = await database.connect(Role.SEQUENCER)
        print("up", flush=True)
        return conn

    await Sequencer(connect).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
