"""A CRM abroad that costs next to nothing: `python -m bench.gateway_lean KIND ADDRESS FOLDER`.

For figures of throughput only, where the sandboxes would be the narrowest place. It speaks what the connectors use of
either API, keeps every name with its version, and counts what was applied twice or in the wrong order.
`hubspot-limited` keeps HubSpot's limit of calls, `hubspot` has none.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import msgspec

HEAD_END = b"\r\n\r\n"
GZIP_FROM_BYTES = 860
QUOTED = re.compile(r"'([^']*)'")
WINDOW_S, WINDOW_CALLS, UNLIMITED_CALLS = 10.0, 190, 1_000_000
"""HubSpot's limit of a private app: 190 calls in any ten seconds (Professional and Enterprise)."""


@dataclass
class Held:
    """Names with their versions, and what went wrong with them."""

    versions: dict[str, int] = field(default_factory=dict)
    twice: int = 0
    backwards: int = 0

    def apply(self, name: str, version: int) -> None:
        before = self.versions.get(name, -1)
        self.twice += before == version
        self.backwards += before > version
        self.versions[name] = version


class Upserted(msgspec.Struct):
    """An element of a collection, of Salesforce."""

    Yumen_Id__c: str
    Yumen_Version__c: int


class Collection(msgspec.Struct):
    records: list[Upserted]


class Input(msgspec.Struct):
    """An element of a batch, of HubSpot."""

    id: str
    trace: str = msgspec.field(name="objectWriteTraceId", default="")
    properties: dict[str, str] = {}


class Inputs(msgspec.Struct):
    inputs: list[Input]


@dataclass
class Salesforce:
    held: Held

    def answer(self, method: str, target: str, body: bytes, origin: str) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        if path.endswith("/oauth2/token"):
            return 200, json.dumps({"access_token": "lean", "instance_url": origin}).encode()
        if path.endswith("/limits"):
            return 200, b'{"DailyApiRequests":{"Max":10000000,"Remaining":10000000}}'
        if method == "PATCH":
            return 200, self._upsert(body)
        if path.endswith("/query"):
            return 200, msgspec.json.encode(self._queried(parse_qs(query)["q"][0]))
        parts = [parse_qs(urlsplit(one["url"]).query)["q"][0] for one in json.loads(body)["compositeRequest"]]
        said = [{"httpStatusCode": 200, "body": self._queried(soql)} for soql in parts]
        return 200, msgspec.json.encode({"compositeResponse": said})

    def _upsert(self, body: bytes) -> bytes:
        records = msgspec.json.decode(body, type=Collection).records
        for one in records:
            self.held.apply(one.Yumen_Id__c, one.Yumen_Version__c)
        return b"[" + b",".join(
            b'{"id":"003%015d","success":true,"errors":[],"created":true}' % place for place in range(len(records))
        ) + b"]"  # fmt: skip

    def _queried(self, soql: str) -> dict[str, Any]:
        names = [name for name in QUOTED.findall(soql) if name in self.held.versions]
        rows = [
            {"Id": "003000000000001", "Yumen_Id__c": name, "Yumen_Version__c": self.held.versions[name]}
            for name in names
        ]
        return {"records": rows, "done": True}


@dataclass
class HubSpot:
    held: Held
    calls_max: int
    _calls: deque[float] = field(default_factory=deque)

    def answer(self, method: str, target: str, body: bytes, origin: str) -> tuple[int, bytes]:
        now = time.monotonic()
        while self._calls and self._calls[0] <= now - WINDOW_S:
            self._calls.popleft()
        if len(self._calls) >= self.calls_max:
            return 429, b'{"category":"RATE_LIMITS","policyName":"TEN_SECONDLY_ROLLING"}'
        self._calls.append(now)
        inputs = msgspec.json.decode(body, type=Inputs).inputs
        if target.endswith("/batch/read"):
            return self._read(inputs)
        for one in inputs:
            self.held.apply(one.id, int(one.properties["yumen_version"]))
        results = [{"id": "7", "properties": {}, "objectWriteTraceId": one.trace} for one in inputs]
        return 200, msgspec.json.encode({"results": results, "errors": []})

    def _read(self, inputs: list[Input]) -> tuple[int, bytes]:
        there = [one.id for one in inputs if one.id in self.held.versions]
        results = [
            {"id": "7", "properties": {"member_no": name, "yumen_version": str(self.held.versions[name])}}
            for name in there
        ]
        absent = [one.id for one in inputs if one.id not in self.held.versions]
        errors = [{"category": "OBJECT_NOT_FOUND", "context": {"ids": absent}}] if absent else []
        return (207 if absent else 200), msgspec.json.encode({"results": results, "errors": errors})


class Serving(asyncio.Protocol):
    """One connection; a request has a head and a body of known length."""

    def __init__(self, crm: Salesforce | HubSpot, origin: str) -> None:
        self._crm, self._origin, self._rest = crm, origin, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (place := self._rest.find(HEAD_END)) >= 0:
            line, *lines = self._rest[:place].decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
            end = place + len(HEAD_END) + int(headers.get("content-length", "0"))
            if len(self._rest) < end:
                return
            body, self._rest = self._rest[place + len(HEAD_END) : end], self._rest[end:]
            method, target, _ = line.split(" ")
            self._reply(*self._crm.answer(method, target, _plain(headers, body), self._origin), headers)

    def _reply(self, status: int, body: bytes, asked: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} X", "content-type: application/json"]
        if isinstance(self._crm, HubSpot):
            window = f"x-hubspot-ratelimit-interval-milliseconds: {int(WINDOW_S * 1000)}"
            lines += [f"x-hubspot-ratelimit-max: {self._crm.calls_max}", window, "x-hubspot-ratelimit-daily: 1000000",
                      "x-hubspot-ratelimit-daily-remaining: 1000000"]  # fmt: skip
        else:
            lines.append("sforce-limit-info: api-usage=1/10000000")
        if "gzip" in asked.get("accept-encoding", "") and len(body) >= GZIP_FROM_BYTES:
            body = gzip.compress(body, 1, mtime=0)
            lines.append("content-encoding: gzip")
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
        self._transport.write(head.encode() + body)


def _plain(headers: dict[str, str], body: bytes) -> bytes:
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


async def main(kind: str, address: str, folder: Path) -> None:
    stop, held = asyncio.Event(), Held()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    calls_max = WINDOW_CALLS if kind == "hubspot-limited" else UNLIMITED_CALLS
    crm: Salesforce | HubSpot = Salesforce(held) if kind == "salesforce" else HubSpot(held, calls_max)
    origin: list[str] = [""]
    server = await loop.create_server(lambda: Serving(crm, origin[0]), address, 0)
    port = server.sockets[0].getsockname()[1]
    origin[0] = f"http://{address}:{port}"
    (folder / "open.json").write_text(json.dumps({"port": port, "id": "lean", "secret": "lean", "lean": True}))
    await stop.wait()
    told = {"records": len(held.versions), "twice": held.twice, "backwards": held.backwards}
    (folder / "closed.json").write_text(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
