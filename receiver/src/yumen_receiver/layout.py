"""Take an envelope apart, strictly: every byte has one place and one writing. Written from the format's description."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from yumen_receiver import intl, sm
from yumen_receiver.refusal import RefusedError

ENVELOPE: Final = b"YMNE"
RECEIPT: Final = b"YMNR"
VERSION: Final = 1
PROFILES: Final[Mapping[int, tuple[str, ...]]] = {1: ("intl",), 2: ("sm",), 3: ("intl", "sm")}
SUITES: Final[Mapping[str, Any]] = {"intl": intl, "sm": sm}

HEADER_MAX: Final = 65_536
WRAP_MAX: Final = 512
CONTENT_MAX: Final = 8 * 1024 * 1024
SEALED_MAX: Final = CONTENT_MAX + 1024
ENVELOPE_MAX: Final = 2 * (SEALED_MAX + WRAP_MAX + 6) + HEADER_MAX + 256
SIGNATURE: Final = 64
PROOFS_MAX: Final = 4
PATH_MAX: Final = 124
NUMBER_MAX: Final = 2**53 - 1

_DIGEST: Final = "(sha256:[0-9a-f]{64}|sm3:[0-9a-f]{64}|sha256:[0-9a-f]{64}\\+sm3:[0-9a-f]{64})"
_TEXTS: Final = {
    "content_type": re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,79}"),
    "recipient": re.compile(r"(?=.{1,48}$)[a-z][a-z0-9]*([_-][a-z0-9]+)*"),
    "sealed_at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII),
    "sender": re.compile(r"[a-z0-9][a-z0-9./_-]{2,219}"),
}
_IDENTITY: Final = re.compile(_DIGEST)
_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")
_FIELDS: Final = frozenset(
    {*_TEXTS, "gzip", "introduces", "previous", "recipient_keys", "sender_keys", "sequence", "trail"}
)


@dataclass(frozen=True, slots=True)
class LeafProof:
    sequence: int
    index: int
    body: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TrailProof:
    checkpoint: bytes
    since: int
    consistency: tuple[bytes, ...]
    leaves: tuple[LeafProof, ...]
    signer: bytes | None


@dataclass(frozen=True, slots=True)
class NewKey:
    suite: str
    key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Header:
    content_type: str
    gzip: bool
    introduces: tuple[NewKey, ...]
    previous: str | None
    recipient: str
    recipient_keys: tuple[str, ...]
    sealed_at: str
    sender: str
    sender_keys: tuple[str, ...]
    sequence: int
    trail: TrailProof | None


@dataclass(frozen=True, slots=True)
class Parts:
    """An envelope taken apart; nothing in it is to be believed yet."""

    suites: tuple[str, ...]
    header: Header
    prologue: bytes
    sealed: Mapping[str, tuple[bytes, bytes]]
    unsigned: bytes
    signatures: Mapping[str, bytes]

    @property
    def identity(self) -> str:
        """What the next envelope calls this one."""
        names = {"intl": "sha256", "sm": "sm3"}
        return "+".join(f"{names[suite]}:{SUITES[suite].digest(self.unsigned).hex()}" for suite in self.suites)


def take_apart(data: bytes) -> Parts:
    """Raises RefusedError `layout.…`."""
    if len(data) > ENVELOPE_MAX:
        raise RefusedError("layout.long", bytes_max=ENVELOPE_MAX)
    if data[:4] != ENVELOPE:
        raise RefusedError("layout.form")
    if len(data) < 10:
        raise RefusedError("layout.length")
    if data[4] != VERSION:
        raise RefusedError("layout.version", version=data[4])
    suites = PROFILES.get(data[5])
    if suites is None:
        raise RefusedError("layout.profile", profile=data[5])
    text, at = _cut(data, 6, 4, HEADER_MAX)
    prologue = data[:at]
    sealed = {}
    for suite in suites:
        wrap, at = _cut(data, at, 2, WRAP_MAX)
        body, at = _cut(data, at, 4, SEALED_MAX)
        sealed[suite] = (wrap, body)
    if len(data) != at + SIGNATURE * len(suites):
        raise RefusedError("layout.length")
    signatures = {suite: data[at + n * SIGNATURE :][:SIGNATURE] for n, suite in enumerate(suites)}
    return Parts(suites, read_header(text, len(suites)), prologue, sealed, data[:at], signatures)


def _cut(data: bytes, at: int, width: int, longest: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[at : at + width], "big")
    start = at + width
    if size > longest or len(data) < start + size:
        raise RefusedError("layout.length")
    return data[start : start + size], start + size


def canonical(value: object) -> bytes:
    """JSON in its one writing: names sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_header(text: bytes, suites: int) -> Header:
    """Raises RefusedError `layout.header`, `layout.not_canonical`."""
    try:
        loose = json.loads(text.decode("ascii"))
        if canonical(loose) != text:
            raise RefusedError("layout.not_canonical")
        return _header(loose, suites)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as wrong:
        raise RefusedError("layout.header") from wrong


def _header(loose: Any, suites: int) -> Header:
    _only(loose, _FIELDS)
    if not all(pattern.fullmatch(loose[name]) for name, pattern in _TEXTS.items()) or type(loose["gzip"]) is not bool:
        raise ValueError("header")
    if loose["previous"] is not None and not _IDENTITY.fullmatch(loose["previous"]):
        raise ValueError("previous")
    return Header(
        content_type=loose["content_type"],
        gzip=loose["gzip"],
        introduces=_list(loose["introduces"], 2, _new_key),
        previous=loose["previous"],
        recipient=loose["recipient"],
        recipient_keys=_key_ids(loose["recipient_keys"], suites),
        sealed_at=loose["sealed_at"],
        sender=loose["sender"],
        sender_keys=_key_ids(loose["sender_keys"], suites),
        sequence=_number(loose["sequence"], 1),
        trail=None if loose["trail"] is None else _trail(loose["trail"]),
    )


def _trail(loose: Any) -> TrailProof:
    _only(loose, {"checkpoint", "since", "consistency", "leaves", "signer"})
    return TrailProof(
        checkpoint=_bytes(loose["checkpoint"], 4096),
        since=_number(loose["since"]),
        consistency=_list(loose["consistency"], PATH_MAX, _hash),
        leaves=_list(loose["leaves"], PROOFS_MAX, _leaf),
        signer=None if loose["signer"] is None else _bytes(loose["signer"], 2048),
    )


def _leaf(loose: Any) -> LeafProof:
    _only(loose, {"sequence", "index", "body", "path"})
    return LeafProof(
        _number(loose["sequence"], 1),
        _number(loose["index"]),
        _bytes(loose["body"], 1024),
        _list(loose["path"], PATH_MAX, _hash),
    )


def _new_key(loose: Any) -> NewKey:
    _only(loose, {"suite", "key", "signature"})
    signature = _bytes(loose["signature"], SIGNATURE)
    if loose["suite"] not in SUITES or len(signature) != SIGNATURE:
        raise ValueError("introduction")
    return NewKey(loose["suite"], _bytes(loose["key"], 128), signature)


def _only(loose: Any, names: frozenset[str] | set[str]) -> None:
    if not isinstance(loose, dict) or loose.keys() != names:
        raise ValueError("fields")


def _list(loose: Any, longest: int, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    if not isinstance(loose, list) or len(loose) > longest:
        raise ValueError("list")
    return tuple(read(item) for item in loose)


def _key_ids(loose: Any, count: int) -> tuple[str, ...]:
    found = _list(loose, 2, str)
    if len(found) != count or not all(_KEY_ID.fullmatch(one) for one in found):
        raise ValueError("key ids")
    return found


def _number(loose: Any, least: int = 0) -> int:
    if type(loose) is not int or not least <= loose <= NUMBER_MAX:
        raise ValueError("number")
    return loose


def _bytes(loose: Any, longest: int) -> bytes:
    data = base64.b64decode(loose, validate=True)
    if not isinstance(loose, str) or len(data) > longest or base64.b64encode(data).decode() != loose:
        raise ValueError("base64")
    return data


def _hash(loose: Any) -> bytes:
    data = _bytes(loose, 32)
    if len(data) != 32:
        raise ValueError("hash")
    return data
