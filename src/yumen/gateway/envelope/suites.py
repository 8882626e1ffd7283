"""The two suites of an envelope behind one shape: seal to a public key, sign, verify, name a key. Pure.

`intl`: content key under AES-256 key wrap (RFC 3394) with a key from ECDH-ES on P-256 and HKDF-SHA-256; AES-256-GCM;
ECDSA with SHA-256, the lower s only. `sm`: content key by SM2 (C1C3C2); SM4-GCM; SM2 with SM3. Signatures are r ‖ s.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from os import urandom
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from yumen.gateway.envelope.layout import SIGNATURE_BYTES, Sealed, Suite
from yumen.kit.crypto import (
    BadEncoding,
    BadKey,
    Sm2PrivateKey,
    Sm2PublicKey,
    aes_gcm_seal,
    der_of_raw_signature,
    raw_of_der_signature,
    sm3,
    sm4_gcm_seal,
)

WRAP_INFO: Final = b"yumen-envelope-1 wrap\0"
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order n of P-256 (FIPS 186-5)."""
KEY_TEXT_MAX: Final = 1024


class UnfitKey(ValueError):
    """Not a public key of this suite."""


class Pen(Protocol):
    """A signing key of ours in one suite."""

    @property
    def key(self) -> bytes:
        """The public key as SubjectPublicKeyInfo, DER."""
        ...

    def sign(self, message: bytes) -> bytes:
        """r ‖ s, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class IntlPen:
    """P-256; the scalar is 32 bytes."""

    scalar: int

    @property
    def key(self) -> bytes:
        return _spki(self._private().public_key())

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._private().sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)

    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(self.scalar, ec.SECP256R1())

    def __repr__(self) -> str:
        """Never the scalar."""
        return "IntlPen()"


@dataclass(frozen=True, slots=True)
class SmPen:
    """SM2."""

    private: Sm2PrivateKey

    @property
    def key(self) -> bytes:
        return self.private.public.der()

    def sign(self, message: bytes) -> bytes:
        return raw_of_der_signature(self.private.sign(message))


def pen_of(suite: Suite, scalar: bytes) -> Pen:
    """The pen of a 32-byte private key."""
    return IntlPen(int.from_bytes(scalar)) if suite is Suite.INTL else SmPen(Sm2PrivateKey(scalar))


def new_scalar(suite: Suite) -> bytes:
    """A new private key, 32 bytes."""
    if suite is Suite.SM:
        return Sm2PrivateKey.generate().scalar
    return ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32)


def read_key(suite: Suite, text_or_der: bytes) -> bytes:
    """A public key, PEM or DER, as the one DER it has. Raises UnfitKey."""
    if len(text_or_der) > KEY_TEXT_MAX:
        raise UnfitKey("long")
    try:
        return Sm2PublicKey.load(text_or_der).der() if suite is Suite.SM else _spki(_intl_key(text_or_der))
    except (BadEncoding, BadKey) as wrong:
        raise UnfitKey("sm") from wrong


def key_hash(suite: Suite, key: bytes) -> bytes:
    """SHA-256 or SM3 over the DER: what names a key."""
    return sm3(key) if suite is Suite.SM else sha256(key).digest()


def key_id(suite: Suite, key: bytes) -> str:
    """The first 16 hex digits of `key_hash`."""
    return key_hash(suite, key).hex()[:16]


def digest_name(suite: Suite, data: bytes) -> str:
    """`sha256:…` or `sm3:…`."""
    return f"sm3:{sm3(data).hex()}" if suite is Suite.SM else f"sha256:{sha256(data).hexdigest()}"


def seal(suite: Suite, key: bytes, plain: bytes, bound_to: bytes) -> Sealed:
    """Seal a content to a public key (DER), bound to the prologue."""
    if suite is Suite.SM:
        content_key = urandom(16)
        return Sealed(Sm2PublicKey.load(key).encrypt(content_key), sm4_gcm_seal(content_key, plain, bound_to))
    content_key = urandom(32)
    recipient = _intl_key(key)
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    point = _point(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), recipient)
    info = WRAP_INFO + point + _point(recipient) + sha256(bound_to).digest()
    wrapping = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(shared)
    return Sealed(point + aes_key_wrap(wrapping, content_key), aes_gcm_seal(content_key, plain, bound_to))


def verify(suite: Suite, key: bytes, message: bytes, signature: bytes) -> bool:
    """Did the key (DER) sign this? The upper s of an ECDSA signature is refused: one signature, one writing."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    if suite is Suite.SM:
        return Sm2PublicKey.load(key).verify(message, der_of_raw_signature(signature))
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if s > ORDER // 2:
        return False
    try:
        _intl_key(key).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _intl_key(text_or_der: bytes) -> ec.EllipticCurvePublicKey:
    pem = text_or_der.lstrip().startswith(b"-----")
    load = serialization.load_pem_public_key if pem else serialization.load_der_public_key
    try:
        key = load(text_or_der)
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise UnfitKey("intl") from wrong
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise UnfitKey("intl")
    return key


def _spki(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
