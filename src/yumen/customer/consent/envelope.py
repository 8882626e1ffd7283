"""Sign a receipt with SM2 and check one: a flattened JWS (RFC 7515) whose algorithm JOSE has not registered.

`protected` and `payload` are base64url without padding; the signature is over the ASCII bytes `protected.payload`,
SM2 with SM3 under the signer id 1234567812345678, and is written as base64url of r ‖ s (64 bytes). `alg` is
`SM2-SM3`, a private name; `kid` is the first 16 hex digits of SM3 over the public key x ‖ y.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

import msgspec

from yumen.customer.consent.receipt import Receipt
from yumen.kit.crypto import BadEncoding, Sm2PublicKey, der_of_raw_signature, raw_of_der_signature, sm3
from yumen.security.trail import Signer

ALGORITHM: Final = "SM2-SM3"
TYPE: Final = "yumen-consent-receipt+json"
PART_CHARS_MAX: Final = 16_384


class BadReceiptError(ValueError):
    """Not a receipt of ours: malformed, another key, or changed after signing."""


class Envelope(msgspec.Struct, frozen=True):
    """A signed receipt, to be kept."""

    protected: str
    payload: str
    signature: str


class Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    typ: str


@dataclass(frozen=True, slots=True)
class ReceiptSigner:
    """Who signs receipts, and the trail (by name) that their leaves are in. Wired once for each process."""

    signer: Signer
    origin: str

    @property
    def public(self) -> Sm2PublicKey:
        return Sm2PublicKey(b"\x04" + self.signer.point)

    @property
    def kid(self) -> str:
        return kid_of(self.public)


def kid_of(key: Sm2PublicKey) -> str:
    return sm3(key.point[1:]).hex()[:16]


def sign(receipt: Receipt, by: ReceiptSigner) -> Envelope:
    """Seal the receipt's bytes with a signature."""
    header = Header(ALGORITHM, by.kid, TYPE)
    protected, payload = _text(msgspec.json.encode(header)), _text(msgspec.json.encode(receipt))
    signature = raw_of_der_signature(by.signer.sign(f"{protected}.{payload}".encode()))
    return Envelope(protected, payload, _text(signature))


def verify(envelope: Envelope, key: Sm2PublicKey) -> Receipt:
    """The receipt inside, if that key signed exactly this. Raises BadReceiptError."""
    try:
        header = msgspec.json.decode(_bytes(envelope.protected), type=Header)
        signature = der_of_raw_signature(_bytes(envelope.signature))
        receipt = msgspec.json.decode(_bytes(envelope.payload), type=Receipt)
    except (msgspec.DecodeError, binascii.Error, BadEncoding, UnicodeError) as wrong:
        raise BadReceiptError("malformed") from wrong
    if header != Header(ALGORITHM, kid_of(key), TYPE):
        raise BadReceiptError("another key or algorithm")
    if not key.verify(f"{envelope.protected}.{envelope.payload}".encode(), signature):
        raise BadReceiptError("the signature does not fit")
    return receipt


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Strict base64url: one text for each value. Raises binascii.Error."""
    if len(text) > PART_CHARS_MAX or not text.isascii() or "=" in text:
        raise binascii.Error
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(data) != text:
        raise binascii.Error
    return data
