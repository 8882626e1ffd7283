"""Read one HTTP/1.1 request (RFC 9112) out of the bytes that came so far, or say that it is malformed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from yumen.sandbox.kit.exchange import Request

HEAD_MAX_BYTES: Final = 32 * 1024
BODY_MAX_BYTES: Final = 1024 * 1024
FIELDS_MAX: Final = 200
CHUNK_LINE_MAX_BYTES: Final = 256
_FIELD: Final = re.compile(r"^([!-9;-~]+):[ \t]*([^\r\n]*?)[ \t]*\r\n", re.MULTILINE)
_METHOD_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Malformed(Exception):
    """Not HTTP as we speak it; answered with `status`, then the connection closes."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class Head:
    """Everything before the body, and where the body starts in the buffer."""

    method: str
    target: str
    headers: dict[str, str]
    body_at: int
    keep_alive: bool


def read_head(buffer: bytearray) -> Head | None:
    """The head, or None while it is incomplete. Raises Malformed."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > HEAD_MAX_BYTES:
            raise Malformed(431)
        return None
    first, _, rest = buffer[: end + 2].decode("latin-1").partition("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1.") or not _METHOD_CHARACTERS.issuperset(parts[0]):
        raise Malformed(400)
    fields: list[tuple[str, str]] = _FIELD.findall(rest)
    if len(fields) != rest.count("\n"):
        raise Malformed(400)
    headers = {name.lower(): value for name, value in fields}
    if len(headers) != len(fields) and len({v for n, v in fields if n.lower() == "content-length"}) > 1:
        raise Malformed(400)
    connection = headers.get("connection", "").lower()
    alive = "close" not in connection if parts[2] == "HTTP/1.1" else "keep-alive" in connection
    return Head(parts[0], parts[1], headers, end + 4, alive)


def read_body(buffer: bytearray, head: Head, body_max: int = BODY_MAX_BYTES) -> tuple[bytes, int] | None:
    """The body and the offset behind it, or None while it is incomplete. Raises Malformed."""
    coding = head.headers.get("transfer-encoding")
    length = head.headers.get("content-length")
    if coding is not None:
        if coding.lower() != "chunked" or length is not None:
            raise Malformed(400)
        return _dechunk(buffer, head.body_at, body_max)
    if length is None:
        return b"", head.body_at
    if not length.isascii() or not length.isdigit() or len(length) > 12:
        raise Malformed(400)
    end = head.body_at + int(length)
    if int(length) > body_max:
        raise Malformed(413)
    return None if len(buffer) < end else (bytes(buffer[head.body_at : end]), end)


def to_request(head: Head, body: bytes, *, secure: bool, opens_connection: bool) -> Request:
    """Split the target; absolute targets, as a proxy gets them, lose scheme and host."""
    target = head.target
    if not target.startswith("/"):
        _, _, rest = target.partition("://")
        target = "/" + rest.partition("/")[2]
    path, _, text = target.partition("?")
    query = read_query(text) if text else {}
    return Request(head.method, path, query, head.headers, body, secure, opens_connection, target)


def read_query(text: str) -> dict[str, str]:
    """Form-encoded names and values; the first value of a repeated name counts. Raises Malformed."""
    query: dict[str, str] = {}
    if "%" not in text and "+" not in text:  # the common case, four times faster
        if text.count("&") >= FIELDS_MAX:
            raise Malformed(400)
        for field in text.split("&"):
            name, _, value = field.partition("=")
            query.setdefault(name, value)
        return query
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="replace")
    except ValueError:
        raise Malformed(400) from None
    for name, value in pairs:
        query.setdefault(name, value)
    return query


def _dechunk(buffer: bytearray, at: int, body_max: int) -> tuple[bytes, int] | None:
    body = bytearray()
    while True:
        line_end = buffer.find(b"\r\n", at)
        if line_end < 0:
            if len(buffer) - at > CHUNK_LINE_MAX_BYTES:
                raise Malformed(400)
            return None
        size = _chunk_size(bytes(buffer[at:line_end]))
        at = line_end + 2
        if size == 0:
            return _past_trailer(buffer, at, bytes(body))
        if len(body) + size > body_max:
            raise Malformed(413)
        if len(buffer) < at + size + 2:
            return None
        body += buffer[at : at + size]
        if buffer[at + size : at + size + 2] != b"\r\n":
            raise Malformed(400)
        at += size + 2


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > 8 or not all(c in b"0123456789abcdefABCDEF" for c in digits):
        raise Malformed(400)
    return int(digits, 16)


def _past_trailer(buffer: bytearray, at: int, body: bytes) -> tuple[bytes, int] | None:
    if buffer[at : at + 2] == b"\r\n":
        return body, at + 2
    end = buffer.find(b"\r\n\r\n", at)
    if end < 0 and len(buffer) - at > HEAD_MAX_BYTES:
        raise Malformed(431)
    return None if end < 0 else (body, end + 4)
