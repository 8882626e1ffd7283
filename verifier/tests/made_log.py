"""A small log made by hand from the format's description, with gmssl-pyx keys; and every way to tamper with it."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import gmssl_pyx

ORIGIN = "made.example.cn/trail"
ALGORITHM = b"\xffyumen/sm2-sm3"


def sm3(data: bytes) -> bytes:
    return bytes(gmssl_pyx.sm3_hash(data))


def root_of(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sm3(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


_KEYS: dict[tuple[bytes, ...], bytes] = {}


@dataclass
class Pen:
    """A SM2 key."""

    public: bytes = b""
    private: bytes = b""

    def __post_init__(self) -> None:
        self.public, self.private = gmssl_pyx.sm2_key_generate()

    def sign(self, message: bytes) -> bytes:
        return bytes(gmssl_pyx.sm2_sign(self.private, self.public, message))

    def note(self, text: bytes, origin: str = ORIGIN) -> bytes:
        key = sm3(origin.encode() + b"\n" + ALGORITHM + self.public)[:4]
        return text + f"\n— {origin} {base64.b64encode(key + self.sign(text)).decode()}\n".encode()


@dataclass
class MadeLog:
    """Leaves and their signers; `files` gives the export."""

    leaves: list[bytes]
    pens: list[Pen] = field(default_factory=lambda: [Pen()])
    takeovers: list[int] = field(default_factory=lambda: [0])

    @classmethod
    def of(cls, count: int) -> MadeLog:
        return cls([b'["y1","made.up",%d,"x",1,{},null]' % at for at in range(count)])

    def keys(self) -> bytes:
        """The list of signers; asked again it is the same bytes, although signatures are random."""
        known = (*(pen.public for pen in self.pens), bytes(self.takeovers))
        return _KEYS.setdefault(known, self._signed_keys())

    def _signed_keys(self) -> bytes:
        lines: list[bytes] = []
        for number, pen in enumerate(self.pens):
            before = sm3(lines[-1]).hex() if lines else "0" * 64
            head = ["y1-key", ORIGIN, number, _b64(pen.public), self.takeovers[number], 1, before]
            payload = json.dumps(head, separators=(",", ":")).encode()
            old = self.pens[max(0, number - 1)]
            line = [*head, _b64(old.sign(payload)), _b64(pen.sign(payload))]
            lines.append(json.dumps(line, separators=(",", ":")).encode())
        return b"".join(line + b"\n" for line in lines)

    def checkpoint(self, size: int | None = None) -> bytes:
        size = len(self.leaves) if size is None else size
        root = root_of([sm3(b"\x00" + leaf) for leaf in self.leaves[:size]])
        return self.pens[-1].note(f"{ORIGIN}\n{size}\n{_b64(root)}\ntime 2026-11-25T00:00:00.000Z\n".encode())

    def files(self) -> dict[str, bytes]:
        found = {"checkpoint": self.checkpoint(), "keys": self.keys(), **bundles(self.leaves)}
        found |= tiles([sm3(b"\x00" + leaf) for leaf in self.leaves])
        return found


def bundles(leaves: list[bytes]) -> dict[str, bytes]:
    return {
        path("entries", n, len(part)): b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in part)
        for n, part in enumerate(leaves[at : at + 256] for at in range(0, len(leaves), 256))
    }


def tiles(hashes: list[bytes]) -> dict[str, bytes]:
    found, level = {}, 0
    while hashes:
        parts = [hashes[at : at + 256] for at in range(0, len(hashes), 256)]
        found |= {path(str(level), n, len(part)): b"".join(part) for n, part in enumerate(parts)}
        hashes, level = [root_of(part) for part in parts if len(part) == 256], level + 1
    return found


def path(kind: str, n: int, width: int) -> str:
    digits = f"{n:03}" if n < 1000 else f"x{n // 1000:03}/{n % 1000:03}"
    return f"tile/{kind}/{digits}" + ("" if width == 256 else f".p/{width}")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


Leaves = list[bytes]
Act = tuple[str, int]


def edit(leaves: Leaves, dice: random.Random) -> Act:
    at, byte = dice.randrange(len(leaves)), dice.randrange(256)
    place = dice.randrange(len(leaves[at]))
    leaves[at] = leaves[at][:place] + bytes([leaves[at][place] ^ (byte or 1)]) + leaves[at][place + 1 :]
    return "leaf.edited", at


def delete(leaves: Leaves, dice: random.Random) -> Act:
    at = dice.randrange(len(leaves) - 1)
    del leaves[at]
    return "leaf.deleted", at


def lose(leaves: Leaves, dice: random.Random) -> Act:
    at = dice.randrange(len(leaves) - 1)
    leaves[at] = b""
    return "leaf.deleted", at


def insert(leaves: Leaves, dice: random.Random) -> Act:
    at = dice.randrange(len(leaves) - 1)  # at the last place it cannot be told from an edit
    leaves.insert(at, b'["y1","forged",%d]' % dice.getrandbits(60))
    return "leaf.inserted", at


def swap(leaves: Leaves, dice: random.Random) -> Act:
    one, other = sorted(dice.sample(range(len(leaves)), 2))
    leaves[one], leaves[other] = leaves[other], leaves[one]
    return "leaf.swapped", one


def move(leaves: Leaves, dice: random.Random) -> Act:
    source = dice.randrange(len(leaves))
    target = dice.choice([at for at in range(len(leaves)) if abs(at - source) > 1])
    leaves.insert(target, leaves.pop(source))
    return "leaf.moved", source


def cut(leaves: Leaves, dice: random.Random) -> Act:
    at = dice.randrange(len(leaves))
    del leaves[at:]
    return "log.truncated", at


ACTS: list[Callable[[Leaves, random.Random], Act]] = [edit, delete, lose, insert, swap, move, cut]


def tampered(files: dict[str, bytes], leaves: Leaves, dice: random.Random) -> tuple[dict[str, bytes], Act]:
    """The export as it would be after one act against the database: full tiles as they were, the rest made anew."""
    changed = list(leaves)
    act = dice.choice(ACTS)(changed, dice)
    kept = {name: data for name, data in files.items() if not name.startswith("tile/entries/")}
    ragged = len(leaves) // 256 * 256
    last = changed[ragged : len(leaves)]
    kept.pop(path("0", ragged // 256, len(leaves) - ragged), None)
    if last:
        kept[path("0", ragged // 256, len(leaves) - ragged)] = b"".join(sm3(b"\x00" + leaf) for leaf in last)
    return {**kept, **rebundled(changed, len(leaves))}, act


def rebundled(leaves: Leaves, size: int) -> dict[str, bytes]:
    """Bundles as an export of `size` places writes them: a place without a row is an empty leaf."""
    return bundles((leaves + [b""] * size)[:size])


def flipped(files: dict[str, bytes], dice: random.Random) -> tuple[dict[str, bytes], str]:
    """One bit changed in one file; tells which."""
    name = dice.choice(sorted(name for name, data in files.items() if data))
    data = bytearray(files[name])
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return {**files, name: bytes(data)}, name
