"""The suite `sm`: SM2, SM3 and SM4-GCM, by gmssl-pyx, another library than the sender's."""

from __future__ import annotations

from typing import Final

import gmssl_pyx

PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
"""SubjectPublicKeyInfo of an uncompressed point of the curve SM2, up to the point."""
POINT_BYTES: Final = 64
KEY_BYTES: Final = 16
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


def new_private() -> bytes:
    """A new private key: 32 bytes and its point, 64 bytes; gmssl-pyx wants both for signing."""
    point, scalar = gmssl_pyx.sm2_key_generate()
    return bytes(scalar) + bytes(point)


def public_of(private: bytes) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    return PREFIX + private[32:]


def is_public(key: bytes) -> bool:
    """Is this the DER of a SM2 public key, in its one writing?"""
    if not key.startswith(PREFIX) or len(key) != len(PREFIX) + POINT_BYTES:
        return False
    try:
        gmssl_pyx.sm2_encrypt(key[len(PREFIX) :], b"?")
    except gmssl_pyx.GmsslInnerError:
        return False
    return True


def digest(data: bytes) -> bytes:
    return bytes(gmssl_pyx.sm3_hash(data))


def sign(private: bytes, message: bytes) -> bytes:
    """r ‖ s."""
    return _raw(bytes(gmssl_pyx.sm2_sign(private[:32], private[32:], message)))


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    return point_signed(key[len(PREFIX) :], message, _der(signature))


def point_signed(point: bytes, message: bytes, der: bytes) -> bool:
    """Is this DER signature (signer id 1234567812345678) by the key of the point x ‖ y? Malformed means no."""
    try:
        return _der(_raw(der)) == der and bool(gmssl_pyx.sm2_verify(point, message, der))
    except (gmssl_pyx.GmsslInnerError, ValueError):
        return False


def unseal(private: bytes, wrap: bytes, body: bytes, bound_to: bytes) -> bytes | None:
    """The content, or None when it does not open."""
    nonce, text, tag = body[:NONCE_BYTES], body[NONCE_BYTES:-TAG_BYTES], body[-TAG_BYTES:]
    if not text:
        return None
    try:
        key = bytes(gmssl_pyx.sm2_decrypt(private[:32], wrap))
        if len(key) != KEY_BYTES:
            return None
        return bytes(gmssl_pyx.sm4_gcm_decrypt(key, nonce, bound_to, text, tag))
    except gmssl_pyx.GmsslInnerError:
        return None


def _der(raw: bytes) -> bytes:
    parts = b"".join(_integer(raw[at : at + 32]) for at in (0, 32))
    return b"\x30" + bytes((len(parts),)) + parts


def _integer(number: bytes) -> bytes:
    least = number.lstrip(b"\0") or b"\0"
    if least[0] & 0x80:
        least = b"\0" + least
    return b"\x02" + bytes((len(least),)) + least


def _raw(der: bytes) -> bytes:
    """Raises ValueError for anything but SEQUENCE of two INTEGERs below 2^256."""
    if not 8 <= len(der) <= 72 or der[0] != 0x30 or der[1] != len(der) - 2:
        raise ValueError("not a pair")
    second = 4 + der[3]
    if der[2] != 2 or second + 2 > len(der) or der[second] != 2 or der[second + 1] != len(der) - second - 2:
        raise ValueError("not a pair")
    numbers = (der[4:second], der[second + 2 :])
    return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in numbers)
