"""What schemathesis and hypothesis make of an API, sent through the gates: shared by the tests and the long run."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.stories.app.gate import Answer, Gate
from yumen.app.openapi import described

TIMES = 20.0
KINDS = ("application/json", "text/xml", "image/png", "text/plain")


@dataclass
class Storm:
    """Sends from a thread of hypothesis into the loop of the house. `amiss` has one line for each bad answer."""

    gate: Gate
    token: Callable[[str], Awaitable[str | None]]
    loop: asyncio.AbstractEventLoop
    amiss: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def send(self, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> Answer:
        async def ask() -> Answer:
            return await self.gate.ask(
                method, path, query=query, headers=headers, body=body, token=await self.token(path), language="zh"
            )

        answer = asyncio.run_coroutine_threadsafe(ask(), self.loop).result(TIMES)
        self.statuses[answer.status] += 1
        told = f"{method} {path[:60]!r} ?{query[:60]!r} {body[:80]!r} → {answer.status} {answer.body[:90]!r}"
        if not 200 <= answer.status < 500:
            self.amiss.append(told)
        elif answer.status >= 400 and answer.headers.get("content-type") != "application/problem+json":
            self.amiss.append(f"no problem: {told}")
        return answer


def blow_by_schema(storm: Storm, edge: str, examples: int, number: int) -> None:
    """Requests that fit and do not fit the document, operation by operation."""
    schema = schemathesis.openapi.from_dict(described(edge))
    for each in schema.get_all_operations():
        operation = each.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            if mode is schemathesis.GenerationMode.NEGATIVE and not (operation.body or operation.query):
                continue

            @seed(number)
            @bounded(examples)
            @given(case=operation.as_strategy(generation_mode=mode))
            def blow(case: Any) -> None:
                _send_case(storm, case)

            blow()


def blow_blindly(storm: Storm, edge: str, examples: int, number: int) -> None:
    """Any bytes to any address of the edge."""
    paths = sorted(described(edge)["paths"])
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    )
    header = st.tuples(
        st.sampled_from([b"idempotency-key", b"accept", b"x-request-id", b"content-encoding", b"cookie", b"range"]),
        st.binary(max_size=60).filter(lambda value: b"\n" not in value and b"\r" not in value),
    )

    @seed(number)
    @bounded(examples)
    @given(
        method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
        path=st.sampled_from(paths),
        word=st.text(max_size=40),
        query=st.binary(max_size=80),
        body=st.binary(max_size=200) | json.map(_encoded),
        kind=st.sampled_from(KINDS),
        headers=st.lists(header, max_size=3),
    )
    def blow(method: str, path: str, word: str, query: bytes, body: bytes, kind: str, headers: Any) -> None:
        filled = path if "{" not in path else f"{path[: path.index('{')]}{word}{path[path.index('}') + 1 :]}"
        named = [(b"content-type", kind.encode()), *headers]
        storm.send(method, filled.encode("utf-8", "replace").decode(), query, named, body)

    blow()


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _send_case(storm: Storm, case: Any) -> None:
    wire = case.as_transport_kwargs(base_url="http://gate")
    from requests import Request

    prepared = Request(**{key: value for key, value in wire.items() if key in _REQUEST}).prepare()
    path, _, query = prepared.path_url.partition("?")
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
    headers = [
        (_latin(name).lower(), _latin(value))
        for name, value in prepared.headers.items()
        if name.lower() not in {"authorization", "user-agent", "content-length"}
    ]
    storm.send(case.method, unquote(path), query.encode("latin-1", "replace"), headers, body)


_REQUEST = {"method", "url", "headers", "params", "data", "json", "cookies", "files"}


def _latin(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "replace")


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, ValueError):
        return b'"\\ud800"'
