"""Unpack what came compressed, and compress what goes back (gzip, deflate), with a bound on what a bomb may become."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from typing import Final

from yumen.sandbox.kit.exchange import Answer

PACK_FROM_BYTES: Final = 1_024
_BITS: Final = {"gzip": 31, "deflate": 15}


class Unreadable(ValueError):
    """The body is not what its Content-Encoding says, or unpacks to more than is allowed."""


def unpacked(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """The body without its Content-Encoding. Raises Unreadable."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return body
    if coding not in _BITS:
        raise Unreadable(coding)
    opened = zlib.decompressobj(_BITS[coding])
    try:
        plain = opened.decompress(body, limit + 1)
    except zlib.error:
        raise Unreadable(coding) from None
    if len(plain) > limit or not opened.eof:
        raise Unreadable(coding)
    return plain


def packed(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """The answer, compressed where the caller takes gzip and it is worth it."""
    if len(answer.body) >= PACK_FROM_BYTES and "gzip" in headers.get("accept-encoding", ""):
        answer.body = gzip.compress(answer.body, 1, mtime=0)
        answer.headers = (*answer.headers, ("Content-Encoding", "gzip"))
    return answer
