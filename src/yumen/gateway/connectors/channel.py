"""A recipient's HTTP API as `kit.http` reaches it: compressed both ways, answers bounded also after unpacking."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec

from yumen.gateway.connectors.failures import unreadable
from yumen.kit.errors import Unsettled
from yumen.kit.http import Answer, Http, Request
from yumen.kit.http.message import Method

DEADLINE_S: Final = 6.0
"""The whole call, 24 round trips of 250 ms (designs: link)."""
ASK_DEADLINE_S: Final = 2.5
"""A question is short and may be asked again: it gives up sooner than a write, so that a link that is back is used."""
CONNECT_S: Final = 1.6
"""The system sends the first packet again after a second: what is lost once still connects, TLS too."""
ANSWER_MAX_BYTES: Final = 4 << 20
COMPRESS_FROM_BYTES: Final = 860
"""Below it a packet is not filled anyway."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask; `url` is whole. `body` is sent as it is; `repeatable` lets `kit.http` try again by itself."""

    method: Method
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    repeatable: bool = False
    deadline_s: float | None = None
    answer_max_bytes: int = ANSWER_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Channel:
    """`system` names the recipient's kind in failures; `compress` says whether it takes compressed bodies."""

    system: str
    http: Http
    compress: bool = True
    deadline_s: float = DEADLINE_S
    connect_s: float = CONNECT_S

    async def send(self, call: Call) -> Answer:
        """Once, unless repeatable. Raises NotSent, Unsettled, Rejected (`http.…`, `connector.answer_unreadable`)."""
        body, packed = self._packed(call.body)
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip", **call.headers}
        if body is not None:
            headers["Content-Type"] = call.content_type
        if packed:
            headers["Content-Encoding"] = "gzip"
        answer = await self.http.send(
            Request(
                call.method,
                call.url,
                query=call.query,
                headers=headers,
                body=body,
                idempotent=call.repeatable,
                deadline_s=call.deadline_s or self.deadline_s,
                connect_s=self.connect_s,
                answer_max_bytes=call.answer_max_bytes,
            )
        )
        return self._unpacked(answer, call.answer_max_bytes)

    def read(self, answer: Answer, kind: type[T]) -> T:
        """The typed body; unknown fields are skipped. Raises Unsettled("connector.answer_unreadable")."""
        found = decoded(answer.body, kind)
        if found is None:
            raise unreadable(self.system)
        return found

    def _packed(self, body: bytes | None) -> tuple[bytes | None, bool]:
        if body is None or not self.compress or len(body) < COMPRESS_FROM_BYTES:
            return body, False
        return gzip.compress(body, compresslevel=6, mtime=0), True

    def _unpacked(self, answer: Answer, bytes_max: int) -> Answer:
        """Raises Unsettled when it is no gzip, or more than `bytes_max` (a bomb)."""
        coding = answer.headers.get("content-encoding", "identity").strip().lower()
        if coding in {"identity", ""} or not answer.body:
            return answer
        if coding not in {"gzip", "x-gzip"}:
            raise unreadable(self.system)
        unpack = zlib.decompressobj(wbits=31)
        try:
            body = unpack.decompress(answer.body, bytes_max)
        except zlib.error:
            raise unreadable(self.system) from None
        if unpack.unconsumed_tail:
            raise Unsettled("http.answer_too_long", host=self.system)
        if not unpack.eof:
            raise unreadable(self.system)
        return Answer(answer.status, answer.headers, body)


def decoded(body: bytes, kind: type[T]) -> T | None:
    """Leniently: None when it is no such object at all."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
