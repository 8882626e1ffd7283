"""Programs are started, watched, restarted and stopped; nothing outlives who started it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from yumen.app.supervisor import Program, Supervisor, answers, free_port
from yumen.kit.errors import Problem

SERVER = ("http.server", "--bind", "127.0.0.1")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(condition: object, limit_s: float = 10.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.05)


async def test_a_program_is_ready_when_its_address_answers_and_gone_after_stop(tmp_path: Path) -> None:
    port = free_port(18_300, set())
    heard: list[tuple[str, str]] = []
    supervisor = Supervisor(tmp_path, {}, lambda name, event: heard.append((name, event)))
    await supervisor.start(Program("web", (*SERVER, str(port)), ready=("127.0.0.1", port, "/")))
    pid = supervisor.pid("web")
    assert await answers("127.0.0.1", port, "/")
    assert ("web", "ready") in heard
    await supervisor.stop()
    assert not alive(pid)
    assert not await answers("127.0.0.1", port, "/")


async def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    port = free_port(18_310, set())
    heard: list[str] = []
    supervisor = Supervisor(tmp_path, {}, lambda name, event: heard.append(event))
    await supervisor.start(Program("web", (*SERVER, str(port)), ready=("127.0.0.1", port, "/")))
    first = supervisor.pid("web")
    os.kill(first, signal.SIGKILL)
    await until(lambda: "restarted" in heard)
    assert supervisor.pid("web") != first
    await supervisor.stop()


async def test_a_program_that_never_answers_is_named(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, {}, ready_max_s=0.5)
    with pytest.raises(Problem) as late:
        await supervisor.start(Program("mute", ("this",), ready=("127.0.0.1", 9, "/")))
    assert late.value.facts["program"] == "mute"
    await supervisor.stop()


def test_a_busy_port_is_passed_over_and_a_promised_one_is_not_given_twice() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        wanted = busy.getsockname()[1]
        taken: set[int] = set()
        first, second = free_port(wanted, taken), free_port(wanted, taken)
    assert wanted < first < second
