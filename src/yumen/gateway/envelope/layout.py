"""The bytes of an envelope and of a receipt: what stands where, within which bounds, in one way only. Pure.

docs/reference/envelope.md describes them for whoever writes a receiver of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

VERSION: Final = 1
ENVELOPE: Final = b"YMNE"
RECEIPT: Final = b"YMNR"
FORM: Final = {ENVELOPE: b"yumen-envelope-1 ", RECEIPT: b"yumen-receipt-1 "}
"""What a signature is over begins with the form, the suite and a zero byte, so that none serves elsewhere."""

HEADER_BYTES_MAX: Final = 65_536
WRAP_BYTES_MAX: Final = 512
CONTENT_BYTES_MAX: Final = 8 * 1024 * 1024
SEALED_BYTES_MAX: Final = CONTENT_BYTES_MAX + 1024
SIGNATURE_BYTES: Final = 64
PROLOGUE_BYTES: Final = 10
RECEIPT_BYTES_MAX: Final = 4096
PROOFS_MAX: Final = 4
PATH_MAX: Final = 62


class BadLayout(ValueError):
    """These bytes are no envelope or receipt of this version; the argument says what is wrong, in a word."""


class Suite(StrEnum):
    """A family of algorithms: P-256, SHA-256, AES-256-GCM; or SM2, SM3, SM4-GCM."""

    INTL = "intl"
    SM = "sm"


class Profile(IntEnum):
    """Which suites an envelope is made in; a dual one opens by either, and both signatures hold."""

    INTL = 1
    SM = 2
    DUAL = 3

    @property
    def suites(self) -> tuple[Suite, ...]:
        return {1: (Suite.INTL,), 2: (Suite.SM,), 3: (Suite.INTL, Suite.SM)}[self.value]

    @classmethod
    def named(cls, name: str) -> Profile:
        """`intl`, `sm` or `dual`."""
        return cls[name.upper()]


Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
Word = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=48)]
Sequence64 = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Size = Annotated[int, Meta(ge=0, le=2**53 - 1)]
KeyId = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
Identity = Annotated[
    str, Meta(pattern=r"^(sha256:[0-9a-f]{64}|sm3:[0-9a-f]{64}|sha256:[0-9a-f]{64}\+sm3:[0-9a-f]{64})$")
]
Sender = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9./_-]{2,219}$")]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]


class LeafProof(Struct, frozen=True, forbid_unknown_fields=True):
    """The leaf of an earlier envelope of this recipient, and the hashes from it to the root of the checkpoint."""

    sequence: Sequence64
    index: Size
    body: Annotated[bytes, Meta(max_length=1024)]
    path: Annotated[list[Digest], Meta(max_length=PATH_MAX)]


class TrailProof(Struct, frozen=True, forbid_unknown_fields=True):
    """A signed checkpoint of the trail, that it continues the last one sent, and leaves that it holds.

    `since` is the size of the last checkpoint sent to this recipient, 0 for none; `signer` the newest line of the list
    of signers, where there has been more than one.
    """

    checkpoint: Annotated[bytes, Meta(max_length=4096)]
    since: Size
    consistency: Annotated[list[Digest], Meta(max_length=2 * PATH_MAX)]
    leaves: Annotated[list[LeafProof], Meta(max_length=PROOFS_MAX)]
    signer: Annotated[bytes, Meta(max_length=2048)] | None


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key of the sender that signs from the next envelope on, and its own signature over that."""

    suite: Suite
    key: Annotated[bytes, Meta(max_length=128)]
    signature: Annotated[bytes, Meta(min_length=SIGNATURE_BYTES, max_length=SIGNATURE_BYTES)]


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be read on the way. `previous` is the identity of the envelope before, None for the first."""

    content_type: Annotated[str, Meta(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,79}$")]
    gzip: bool
    introduces: Annotated[list[NewKey], Meta(max_length=2)]
    previous: Identity | None
    recipient: Word
    recipient_keys: Annotated[list[KeyId], Meta(min_length=1, max_length=2)]
    sealed_at: Moment
    sender: Sender
    sender_keys: Annotated[list[KeyId], Meta(min_length=1, max_length=2)]
    sequence: Sequence64
    trail: TrailProof | None


class ReceiptBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What the recipient countersigns: that envelope and no other, and how far it has seen the trail."""

    envelope: Identity
    received_at: Moment
    recipient: Word
    recipient_keys: Annotated[list[KeyId], Meta(min_length=1, max_length=2)]
    sender: Sender
    sequence: Sequence64
    trail_size: Size


H = TypeVar("H", Header, ReceiptBody)


class Sealed(Struct, frozen=True):
    """The content for one suite: its key, wrapped to the recipient, and nonce, ciphertext and tag."""

    wrap: bytes
    body: bytes


def prologue(form: bytes, profile: Profile, header: Header | ReceiptBody) -> bytes:
    """Form, version, profile, and the header with its length: what a sealed body is bound to."""
    text = msgspec.json.encode(header, order="sorted")
    if len(text) > HEADER_BYTES_MAX:
        raise BadLayout("header_long")
    return form + bytes((VERSION, profile)) + len(text).to_bytes(4) + text


def sections(sealed: Sequence[Sealed]) -> bytes:
    """The sealed contents, one after the other in the order of the profile's suites."""
    return b"".join(len(one.wrap).to_bytes(2) + one.wrap + len(one.body).to_bytes(4) + one.body for one in sealed)


def signed_text(form: bytes, suite: Suite, unsigned: bytes) -> bytes:
    """What the signature of a suite is over."""
    return FORM[form] + suite.encode() + b"\0" + unsigned


def read_receipt(data: bytes) -> tuple[Profile, ReceiptBody, bytes, Mapping[Suite, bytes]]:
    """(profile, body, the unsigned bytes, signatures) of a receipt. Raises BadLayout."""
    if len(data) > RECEIPT_BYTES_MAX:
        raise BadLayout("long")
    profile, body, at = _read_prologue(data, RECEIPT, ReceiptBody)
    signatures = data[at:]
    if len(signatures) != SIGNATURE_BYTES * len(profile.suites):
        raise BadLayout("length")
    cut = [signatures[n * SIGNATURE_BYTES : (n + 1) * SIGNATURE_BYTES] for n in range(len(profile.suites))]
    return profile, body, data[:at], dict(zip(profile.suites, cut, strict=True))


def _read_prologue(data: bytes, form: bytes, kind: type[H]) -> tuple[Profile, H, int]:
    if len(data) < PROLOGUE_BYTES or data[:4] != form:
        raise BadLayout("form")
    if data[4] != VERSION:
        raise BadLayout("version")
    if data[5] not in set(Profile):
        raise BadLayout("profile")
    size = int.from_bytes(data[6:PROLOGUE_BYTES])
    text = data[PROLOGUE_BYTES : PROLOGUE_BYTES + size]
    if size > HEADER_BYTES_MAX or len(text) != size:
        raise BadLayout("length")
    try:
        header = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as wrong:
        raise BadLayout("header") from wrong
    if msgspec.json.encode(header, order="sorted") != text:
        raise BadLayout("not_canonical")
    return Profile(data[5]), header, PROLOGUE_BYTES + size
