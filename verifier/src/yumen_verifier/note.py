"""Read signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint) and the chained list of signer keys."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import Final

from yumen_verifier.sm import POINT_BYTES, signed_by, sm3

NOTE_BYTES_MAX: Final = 64 * 1024
KEY_LINES_MAX: Final = 1000
SIGNATURES_MAX: Final = 32
SIZE_MAX: Final = 1 << 62
ALGORITHM: Final = b"\xffyumen/sm2-sm3"
KEY_VERSION: Final = "y1-key"
NO_LINE: Final = "0" * 64


class MalformedError(ValueError):
    """A note or key list that cannot be read; the argument is the code of a finding."""


@dataclass(frozen=True, slots=True)
class Key:
    """One signer of the log. It signs trees from `first_size` on, up to the size at which the next key takes over."""

    number: int
    origin: str
    point: bytes
    first_size: int
    last_size: int | None = None

    @property
    def id(self) -> bytes:
        return sm3(self.origin.encode() + b"\n" + ALGORITHM + self.point)[:4]

    def in_office(self, size: int) -> bool:
        return self.first_size <= size and (self.last_size is None or size <= self.last_size)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head as signed: whose, how many leaves, which root."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes], ...]

    def trust(self, keys: list[Key]) -> str | None:
        """None when a key that was in office signed it; otherwise the code of what is wrong."""
        verdict = "checkpoint.unsigned"
        for name, signature in self.signatures:
            for key in keys:
                if name != self.origin or key.origin != self.origin or key.id != signature[:4]:
                    continue
                if not signed_by(key.point, self.text, signature[4:]):
                    return "checkpoint.bad_signature"
                if key.in_office(self.size):
                    return None
                verdict = "checkpoint.retired_key"
        return verdict


def read_checkpoint(raw: bytes) -> Checkpoint:
    """Raises MalformedError."""
    text, signatures = _open_note(raw)
    lines = text.decode().split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise MalformedError("checkpoint.malformed")
    origin, size, root = lines[0], lines[1], _unbase64(lines[2])
    if not size.isascii() or not size.isdigit() or str(int(size[:20])) != size or int(size) > SIZE_MAX:
        raise MalformedError("checkpoint.malformed")
    if len(root) != 32:
        raise MalformedError("checkpoint.malformed")
    return Checkpoint(origin, int(size), root, text, signatures)


def read_keys(raw: bytes) -> list[Key]:
    """The signers in their order of office. Raises MalformedError when a line does not follow from the one before."""
    lines = raw.split(b"\n")
    if lines[-1] != b"" or not 1 <= len(lines) - 1 <= KEY_LINES_MAX:
        raise MalformedError("keys.malformed")
    keys: list[Key] = []
    previous = NO_LINE
    for line in lines[:-1]:
        key, payload, by_old, by_new = _read_key(line, len(keys), previous)
        old = keys[-1].point if keys else key.point
        if not signed_by(old, payload, by_old) or not signed_by(key.point, payload, by_new):
            raise MalformedError("keys.chain_broken")
        if keys:
            if key.origin != keys[-1].origin or key.first_size < keys[-1].first_size:
                raise MalformedError("keys.chain_broken")
            keys[-1] = replace(keys[-1], last_size=key.first_size)
        keys.append(key)
        previous = sm3(line).hex()
    return keys


def _read_key(line: bytes, number: int, previous: str) -> tuple[Key, bytes, bytes, bytes]:
    try:
        version, origin, at, point, first_size, _, before, by_old, by_new = json.loads(line)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise MalformedError("keys.malformed") from wrong
    shaped = all(isinstance(part, str) for part in (origin, point, before, by_old, by_new))
    if version != KEY_VERSION or not shaped or type(at) is not int or type(first_size) is not int or first_size < 0:
        raise MalformedError("keys.malformed")
    if at != number or before != previous:
        raise MalformedError("keys.chain_broken")
    key = Key(number, origin, _unbase64(point), first_size)
    if len(key.point) != POINT_BYTES:
        raise MalformedError("keys.malformed")
    payload = line[: line.rindex(b',"', 0, line.rindex(b',"'))] + b"]"
    return key, payload, _unbase64(by_old), _unbase64(by_new)


def _open_note(raw: bytes) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
    head, blank, tail = raw.rpartition(b"\n\n")
    if not blank or not tail.endswith(b"\n") or len(raw) > NOTE_BYTES_MAX or any(c < 32 and c != 10 for c in raw):
        raise MalformedError("checkpoint.malformed")
    try:
        lines = tail.decode().split("\n")[:-1]
        head.decode()
    except UnicodeDecodeError as wrong:
        raise MalformedError("checkpoint.malformed") from wrong
    signatures = []
    for line in lines[:SIGNATURES_MAX]:
        dash, name, signature = (*line.split(" "), "", "")[:3]
        if dash != "—" or not name or len(line.split(" ")) != 3:
            raise MalformedError("checkpoint.malformed")
        signatures.append((name, _unbase64(signature)))
    return head + b"\n", tuple(signatures)


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise MalformedError("checkpoint.malformed") from wrong
