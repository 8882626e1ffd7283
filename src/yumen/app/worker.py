"""The worker process: jobs, the trail's sequencer, and the publisher that signs and copies the trail out.

Several may run: jobs are shared, rival sequencers and publishers are safe and merely slower. The publisher's bucket or
folder lies outside the database host in production.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Coroutine
from typing import Final

import msgspec
from psycopg import OperationalError

from yumen.app import gateway, logs
from yumen.app.collector import collect_seldom
from yumen.app.databases import reachable
from yumen.app.parent import end_with_parent
from yumen.app.pen import Pen
from yumen.app.wiring import House, furnished
from yumen.kit.db import Role
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.http import Http
from yumen.kit.http.sigv4 import Signer
from yumen.kit.jobs.worker import WorkerOptions, run_worker
from yumen.kit.settings import Settings, TrailSettings
from yumen.security.trail import BucketShelf, FolderShelf, Sequencer, Shelf, Tiles, publish

LOST_PAUSE_S: Final = 1.0


class PublishLine(msgspec.Struct, omit_defaults=True):
    """One line for each checkpoint that went out, or for each failure to publish one."""

    at: str
    part: str
    size: int = 0
    code: str = ""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; what is under way is finished or goes back to the queue."""
    end_with_parent()
    logs.for_servers(settings.logging)
    collect_seldom()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with reachable(settings) as databases, furnished(settings, databases, Role.SEQUENCER) as house:
        sequencer = Sequencer(lambda: house.database.connect(Role.SEQUENCER))
        parts = [
            run_worker(house.work, house.jobs, databases.jobs_url, _options(settings), stop),
            sequencer.run(stop),
            _publish_until(house, stop),
        ]
        if settings.recipient:
            parts.append(gateway.run(house.work, stop))
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(_ends_all(part, stop))


def _options(settings: Settings) -> WorkerOptions:
    worker = settings.worker
    return WorkerOptions(
        concurrency=worker.concurrency,
        heartbeat_s=worker.heartbeat_s,
        stalled_s=worker.stalled_s,
        drain_s=worker.drain_s,
    )


async def _ends_all(part: Coroutine[object, object, None], stop: asyncio.Event) -> None:
    """When one part ends, for whatever reason, the others are asked to end too: half a worker helps nobody."""
    try:
        await part
    finally:
        stop.set()


async def _publish_until(house: House, stop: asyncio.Event) -> None:
    """Sign the tree and bring the published copy up to date, each `checkpoint_s`, until told to stop."""
    settings, tiles = house.settings.trail, Tiles()
    pen, shelf, size = Pen(house.keyring, settings.origin, tiles), _shelf(settings, house.work.use(Http)), -1
    while not stop.is_set():
        try:
            async with house.database.pool(Role.SEQUENCER).connection() as conn:
                if await pen.sign(conn) != size:
                    size = await publish(conn, shelf, tiles)
                    _tell(PublishLine(_now(), "publish", size))
        except Problem as refused:
            _tell(PublishLine(_now(), "publish", code=refused.code.name))
        except (NotSent, Unsettled, Rejected) as failed:
            _tell(PublishLine(_now(), "publish", code=failed.code))
        except (OperationalError, OSError) as lost:
            _tell(PublishLine(_now(), "publish", code=type(lost).__name__))
            await _wait(stop, LOST_PAUSE_S)
        await _wait(stop, settings.checkpoint_s)


def _shelf(settings: TrailSettings, http: Http) -> Shelf:
    """The bucket of the settings, else the folder."""
    if settings.bucket_url is None:
        return FolderShelf(settings.publish_folder)
    key = Signer(settings.bucket_key_id.reveal(), settings.bucket_key_secret.reveal(), settings.bucket_region)
    return BucketShelf(http, settings.bucket_url, key)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _tell(line: PublishLine) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
