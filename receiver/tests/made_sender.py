"""A sender made by hand from the format's description: keys, chain, trail; and every way to do it wrong."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import urandom
from typing import Any

import gmssl_pyx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from yumen_receiver import Identity, Receiver, State, fingerprint, intl, new_generation, sm
from yumen_receiver.keys import key_id
from yumen_receiver.layout import PROFILES, SUITES, canonical

SENDER = "made.example.cn/trail/h1"
ORIGIN = "made.example.cn/trail"
RECIPIENT = "hq-crm"
NOTE_ALGORITHM = b"\xffyumen/sm2-sm3"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def root_of(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1 over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sm.digest(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:]))


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) <= 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*path_of(index, leaves[:split]), root_of(leaves[split:])]
    return [*path_of(index - split, leaves[split:]), root_of(leaves[:split])]


def consistency_of(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*consistency_of(old, leaves[:split], whole=whole), root_of(leaves[split:])]
    return [*consistency_of(old - split, leaves[split:], whole=False), root_of(leaves[:split])]


@dataclass
class Trail:
    """Leaves and their signer."""

    private: bytes = field(default_factory=sm.new_private)
    bodies: list[bytes] = field(default_factory=list)
    line_made: bytes = b""

    @property
    def hashes(self) -> list[bytes]:
        return [sm.digest(b"\0" + body) for body in self.bodies]

    def line(self) -> bytes:
        """The first line of the list of signers, always the same."""
        self.line_made = self.line_made or self._line()
        return self.line_made

    def _line(self) -> bytes:
        payload = json.dumps(["y1-key", ORIGIN, 0, b64(self.private[32:]), 0, 0, "0" * 64], separators=(",", ":"))
        signed = b64(self._sign(payload.encode()))
        return f'{payload[:-1]},"{signed}","{signed}"]'.encode()

    def checkpoint(self) -> bytes:
        text = f"{ORIGIN}\n{len(self.bodies)}\n{b64(root_of(self.hashes))}\ntime now\n".encode()
        key = sm.digest(ORIGIN.encode() + b"\n" + NOTE_ALGORITHM + self.private[32:])[:4]
        return text + f"\n— {ORIGIN} {b64(key + self._sign(text))}\n".encode()

    def _sign(self, message: bytes) -> bytes:
        return bytes(gmssl_pyx.sm2_sign(self.private[:32], self.private[32:], message))


def seal_intl(key: bytes, plain: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
    content_key = urandom(32)
    recipient = load_der_public_key(key)
    assert isinstance(recipient, ec.EllipticCurvePublicKey)
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    points = [
        one.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) for one in (ephemeral.public_key(), recipient)
    ]
    info = b"yumen-envelope-1 wrap\0" + b"".join(points) + intl.digest(bound_to)
    wrapping = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(ephemeral.exchange(ec.ECDH(), recipient))
    nonce = urandom(12)
    return points[0] + aes_key_wrap(wrapping, content_key), nonce + AESGCM(content_key).encrypt(nonce, plain, bound_to)


def seal_sm(key: bytes, plain: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
    content_key, nonce = urandom(16), urandom(12)
    text, tag = gmssl_pyx.sm4_gcm_encrypt(content_key, nonce, bound_to, plain)
    return bytes(gmssl_pyx.sm2_encrypt(key[-64:], content_key)), nonce + bytes(text) + bytes(tag)


SEAL = {"intl": seal_intl, "sm": seal_sm}


@dataclass
class MadeSender:
    """One chain to one recipient, and that recipient."""

    profile: int
    private: dict[str, bytes] = field(default_factory=dict)
    trail: Trail = field(default_factory=Trail)
    sequence: int = 0
    previous: str | None = None
    since: int = 0
    receiver: Receiver = field(init=False)
    identity: Identity = field(init=False)

    def __post_init__(self) -> None:
        self.private = {suite: SUITES[suite].new_private() for suite in PROFILES[self.profile]}
        self.identity = Identity(RECIPIENT, self.profile, (new_generation(self.profile),))
        self.receiver = Receiver(self.identity, State(":memory:"), lambda: datetime(2026, 11, 25, tzinfo=UTC))
        self.receiver.trust(self.bundle(), fingerprint(self.bundle()))

    @property
    def suites(self) -> tuple[str, ...]:
        return PROFILES[self.profile]

    def bundle(self) -> bytes:
        keys = [{"key": b64(SUITES[suite].public_of(key)), "suite": suite} for suite, key in self.private.items()]
        return canonical({"keys": keys, "sender": SENDER, "trail": b64(self.trail.line()), "version": 1})

    def header(self, **changed: Any) -> dict[str, Any]:
        generation = self.identity.generations[-1]
        plain: dict[str, Any] = {
            "content_type": "application/json",
            "gzip": True,
            "introduces": [],
            "previous": self.previous,
            "recipient": RECIPIENT,
            "recipient_keys": list(generation.ids(self.suites, "seal")),
            "sealed_at": "2026-11-25T08:00:00.000Z",
            "sender": SENDER,
            "sender_keys": [key_id(suite, SUITES[suite].public_of(self.private[suite])) for suite in self.suites],
            "sequence": self.sequence + 1,
            "trail": None,
        }
        return plain | changed

    def prove(self, *sequences_and_indexes: tuple[int, int]) -> dict[str, Any]:
        """The trail's proof for these (sequence, index), from what was shown last."""
        hashes_ = self.trail.hashes
        return {
            "checkpoint": b64(self.trail.checkpoint()),
            "since": self.since,
            "consistency": [b64(one) for one in consistency_of(self.since, hashes_)] if self.since else [],
            "leaves": [
                {
                    "sequence": sequence,
                    "index": index,
                    "body": b64(self.trail.bodies[index]),
                    "path": [b64(one) for one in path_of(index, hashes_)],
                }
                for sequence, index in sequences_and_indexes
            ],
            "signer": None,
        }

    def make(self, content: bytes, header: dict[str, Any] | bytes | None = None, *, differ: bool = False) -> bytes:
        """The bytes of an envelope, the chain not moved on. `differ`: the second suite gets another content."""
        text = header if isinstance(header, bytes) else canonical(header or self.header())
        loose = json.loads(text)
        prologue = b"YMNE" + bytes((1, self.profile)) + len(text).to_bytes(4, "big") + text
        key = self.identity.generations[-1].public
        unsigned = prologue
        for number, suite in enumerate(self.suites):
            told = content + b"!" if differ and number else content
            plain = gzip.compress(told, mtime=0) if loose.get("gzip") else told
            wrap, body = SEAL[suite](key[suite, "seal"], plain, prologue)
            unsigned += len(wrap).to_bytes(2, "big") + wrap + len(body).to_bytes(4, "big") + body
        return unsigned + self.sign(unsigned)

    def sign(self, unsigned: bytes) -> bytes:
        return b"".join(
            SUITES[suite].sign(self.private[suite], b"yumen-envelope-1 " + suite.encode() + b"\0" + unsigned)
            for suite in self.suites
        )

    def send(self, content: bytes = b"content", **changed: Any) -> bytes:
        """An envelope in its place of the chain, with its leaf in the trail."""
        data = self.make(content, self.header(**changed))
        unsigned = data[: -64 * len(self.suites)]
        self.sequence += 1
        self.previous = self.identity_of(unsigned)
        facts = {"envelope": sm.digest(unsigned).hex(), "profile": "made", "recipient": RECIPIENT}
        body = ["y1", "envelope.sealed", 0, "worker", 1, {**facts, "sequence": self.sequence}, None]
        self.trail.bodies.append(json.dumps(body, separators=(",", ":")).encode())
        return data

    def identity_of(self, unsigned: bytes) -> str:
        names = {"intl": "sha256", "sm": "sm3"}
        return "+".join(f"{names[suite]}:{SUITES[suite].digest(unsigned).hex()}" for suite in self.suites)
