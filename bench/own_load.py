"""The load generator for machines without wrk: `python -m bench.own_load URL CONNECTIONS SECONDS PATH BODY SUBJECTS …`.

Bare HTTP/1.1 over asyncio streams, in a process of its own, with the same words and the same result line as
`login.lua`. It costs more processor time than wrk, so figures of one are not compared with figures of the other.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD_MAX = 65536


@dataclass(frozen=True)
class _Form:
    """What a request looks like; CODE in the body stands for a code that was never used."""

    host: str
    path: str
    body: str
    headers: dict[str, str]
    subjects: int
    run: str

    def fill(self, number: int) -> bytes:
        code = f"{random.randrange(self.subjects):08d}{self.run}01{number:014x}"
        body = self.body.replace("CODE", code)
        told = {**self.headers, "host": self.host, "content-length": str(len(body))}
        if "idempotency-key" in told:
            told["idempotency-key"] = code
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", body]
        return "\r\n".join(lines).encode()


class Tally:
    """Latencies of the good answers, and how many were not good."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.failed = 0
        self.sent = 0

    def result(self, seconds: float) -> str:
        ordered = sorted(self.latencies) or [0.0]
        p50, p99 = (ordered[int(len(ordered) * part)] * 1e3 for part in (0.5, 0.99))
        total = len(self.latencies) + self.failed
        figures = {"requests": total, "seconds": seconds, "p50_ms": p50, "p99_ms": p99, "failed": self.failed}
        return "RESULT " + json.dumps(figures)


async def press(url: str, connections: int, seconds: float, words: list[str]) -> str:
    """Press over so many connections; answer the result line."""
    path, body, subjects, run, *pairs = words
    headers = {"content-type": "application/json", **dict(pair.split("=", 1) for pair in pairs)}
    place, tally = urlsplit(url), Tally()
    begun = time.perf_counter()
    until = begun + seconds
    form = _Form(place.hostname or "", path, body, headers, int(subjects), run)
    await asyncio.gather(*(_visit(form, place.port or 80, tally, until) for _ in range(connections)))
    return tally.result(time.perf_counter() - begun)


async def _visit(form: _Form, port: int, tally: Tally, until: float) -> None:
    reader, writer = await asyncio.open_connection(form.host, port, limit=HEAD_MAX)
    while time.perf_counter() < until:
        tally.sent += 1
        begun = time.perf_counter()
        writer.write(form.fill(tally.sent))
        try:
            good = await _answer(reader)
        except (OSError, EOFError, ValueError):
            tally.failed += 1
            writer.close()
            reader, writer = await asyncio.open_connection(form.host, port, limit=HEAD_MAX)
            continue
        if good:
            tally.latencies.append(time.perf_counter() - begun)
        else:
            tally.failed += 1
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> bool:
    """Read one answer to its end; is it a 2xx?"""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"content-length:")
    if not found:
        raise ValueError("an answer without content-length")
    await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return head.split(b" ", 2)[1].startswith(b"2")


if __name__ == "__main__":
    address, count, duration, *rest = sys.argv[1:]
    print(asyncio.run(press(address, int(count), float(duration), rest)))
