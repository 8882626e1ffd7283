"""The suite `intl`: P-256, SHA-256, HKDF, AES-256 key wrap and AES-256-GCM, by `cryptography`."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

HALF_ORDER: Final = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8
ORDER: Final = 2 * HALF_ORDER + 1
POINT_BYTES: Final = 65
WRAPPED_BYTES: Final = 40
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


def new_private() -> bytes:
    """A new private key, 32 bytes."""
    return ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")


def public_of(private: bytes) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    return _der(_private(private).public_key())


def is_public(key: bytes) -> bool:
    """Is this the DER of a P-256 public key, in its one writing?"""
    try:
        return _der(_public(key)) == key
    except ValueError:
        return False


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


def sign(private: bytes, message: bytes) -> bytes:
    """r ‖ s, the lower s."""
    r, s = decode_dss_signature(_private(private).sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """The upper s is refused: one signature, one writing."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > HALF_ORDER:
        return False
    try:
        _public(key).verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def unseal(private: bytes, wrap: bytes, body: bytes, bound_to: bytes) -> bytes | None:
    """The content, or None when it does not open."""
    if len(wrap) != POINT_BYTES + WRAPPED_BYTES or len(body) < NONCE_BYTES + TAG_BYTES:
        return None
    own = _private(private)
    point = wrap[:POINT_BYTES]
    try:
        shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        info = b"yumen-envelope-1 wrap\0" + point + _point(own.public_key()) + digest(bound_to)
        wrapping = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(shared)
        key = aes_key_unwrap(wrapping, wrap[POINT_BYTES:])
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound_to)
    except (ValueError, InvalidUnwrap, InvalidTag):
        return None


def _private(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def _public(key: bytes) -> ec.EllipticCurvePublicKey:
    loaded = serialization.load_der_public_key(key)
    if not isinstance(loaded, ec.EllipticCurvePublicKey) or not isinstance(loaded.curve, ec.SECP256R1):
        raise ValueError("not a key of P-256")  # noqa: TRY004 — the bytes are wrong, not the program
    return loaded


def _der(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
