"""The bytes that are signed: tree heads as C2SP signed notes, and the chained list of signer keys. Pure.

SM3 and SM2 stand where C2SP has SHA-256 and Ed25519; docs/reference/trail-format.md lists what that changes.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from yumen.kit.crypto import sm3
from yumen.security.trail.merkle import HASH_BYTES
from yumen.security.trail.signer import Signer

ALGORITHM: Final = b"\xffyumen/sm2-sm3"
KEY_VERSION: Final = "y1-key"
NO_LINE: Final = "0" * 64
_ORIGIN: Final = re.compile(r"[a-z0-9][a-z0-9./_-]{2,199}")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes


def check_origin(origin: str) -> str:
    """A log's name: a lower-case URL without scheme. Raises ValueError."""
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{origin!r} is no origin: a lower-case URL without scheme, 3 to 200 characters")
    return origin


def key_id(origin: str, point: bytes) -> bytes:
    """The four bytes by which a signature names its key (C2SP signed-note, with SM3)."""
    return sm3(origin.encode() + b"\n" + ALGORITHM + point)[:4]


def sign_head(head: TreeHead, at: datetime, signer: Signer) -> bytes:
    """A checkpoint: origin, size, root, an extension line with the time; then the signature line."""
    when = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    text = f"{head.origin}\n{head.size}\n{_base64(head.root)}\ntime {when}\n".encode()
    signature = _base64(key_id(head.origin, signer.point) + signer.sign(text))
    return text + f"\n— {head.origin} {signature}\n".encode()


def read_head(note: bytes) -> TreeHead:
    """The tree head of a checkpoint of our own, unverified. Raises ValueError when it is none."""
    origin, size, root, *_ = note.decode().split("\n")
    head = TreeHead(origin, int(size), base64.b64decode(root, validate=True))
    if len(head.root) != HASH_BYTES:
        raise ValueError("not a root")
    return head


def key_line(lines: list[bytes], origin: str, first_size: int, at: datetime, old: Signer, new: Signer) -> bytes:
    """The next line of a key list, without its newline: `new` takes over at `first_size`; both sign that it does.

    The first line of a list is signed by the new key twice.
    """
    before = sm3(lines[-1]).hex() if lines else NO_LINE
    payload = msgspec.json.encode(
        [KEY_VERSION, origin, len(lines), _base64(new.point), first_size, round(at.timestamp() * 1000), before]
    )
    signatures = msgspec.json.encode([_base64(old.sign(payload)), _base64(new.sign(payload))])
    return payload[:-1] + b"," + signatures[1:]


def point_of(line: bytes) -> bytes:
    """The public key that a line of the list brings into office."""
    return base64.b64decode(msgspec.json.decode(line, type=tuple[str, str, int, str, int, int, str, str, str])[3])


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
