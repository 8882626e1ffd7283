"""The little DER and PEM that SM2 keys and signatures need (X.690; RFC 5915, 5208, 5280).

Reading is strict: definite minimal lengths, minimal positive integers, nothing behind the end. Only keys of the curve
SM2 (1.2.156.10197.1.301) as uncompressed points are read, which is what every tool writes by default.
"""

import base64
import binascii
import re

INTEGER, BIT_STRING, OCTET_STRING, OBJECT_ID, SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
CURVE_TAG, POINT_TAG = 0xA0, 0xA1
EC_PUBLIC_KEY = bytes.fromhex("2a8648ce3d0201")
SM2_CURVE = bytes.fromhex("2a811ccf5501822d")
SCALAR_BYTES = 32
POINT_BYTES = 65  # 04 ‖ x ‖ y
RAW_SIGNATURE_BYTES = 64
DER_BYTES_MAX = 16_384

PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s+([A-Za-z0-9+/=\s]+?)-----END \1-----")


class BadEncoding(ValueError):
    """These bytes are not the DER or PEM that was expected here."""


def wrap(tag: int, *parts: bytes) -> bytes:
    """One DER element around the joined parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def unwrap(tag: int, data: bytes) -> tuple[bytes, bytes]:
    """(content, rest) of the first element, which must bear `tag`. Raises BadEncoding."""
    if len(data) < 2 or data[0] != tag or len(data) > DER_BYTES_MAX:
        raise BadEncoding(f"expected DER tag {tag:#04x}")
    size, at = data[1], 2
    if size >= 0x80:
        count = size & 0x7F
        at += count
        size = int.from_bytes(data[2:at], "big")
        if not 1 <= count <= 2 or len(data) < at or size < (0x80, 0x100)[count - 1]:
            raise BadEncoding("length is not DER")
    if len(data) < at + size:
        raise BadEncoding("cut short")
    return data[at : at + size], data[at + size :]


def only(tag: int, data: bytes) -> bytes:
    """The content of the one element `data` consists of. Raises BadEncoding."""
    content, rest = unwrap(tag, data)
    if rest:
        raise BadEncoding("bytes behind the end")
    return content


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return wrap(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def scalar_of(content: bytes) -> bytes:
    """The 32 bytes of a positive INTEGER's content. Raises BadEncoding."""
    if not content or content[0] & 0x80 or (len(content) > 1 and content[0] == 0 and not content[1] & 0x80):
        raise BadEncoding("integer is negative or padded")
    value = int.from_bytes(content, "big")
    if value.bit_length() > 8 * SCALAR_BYTES:
        raise BadEncoding("integer is over 256 bits")
    return value.to_bytes(SCALAR_BYTES, "big")


def raw_of_der_signature(der: bytes) -> bytes:
    """r ‖ s (64 bytes) of SEQUENCE(r, s). Raises BadEncoding."""
    r, rest = unwrap(INTEGER, only(SEQUENCE, der))
    return scalar_of(r) + scalar_of(only(INTEGER, rest))


def der_of_raw_signature(raw: bytes) -> bytes:
    """SEQUENCE(r, s) of r ‖ s. Raises BadEncoding when there are not 64 bytes."""
    if len(raw) != RAW_SIGNATURE_BYTES:
        raise BadEncoding(f"a raw signature has {RAW_SIGNATURE_BYTES} bytes, not {len(raw)}")
    r, s = raw[:SCALAR_BYTES], raw[SCALAR_BYTES:]
    return wrap(SEQUENCE, integer(int.from_bytes(r, "big")), integer(int.from_bytes(s, "big")))


def _algorithm() -> bytes:
    return wrap(SEQUENCE, wrap(OBJECT_ID, EC_PUBLIC_KEY), wrap(OBJECT_ID, SM2_CURVE))


def spki(point: bytes) -> bytes:
    """SubjectPublicKeyInfo of 04 ‖ x ‖ y (RFC 5280)."""
    return wrap(SEQUENCE, _algorithm(), wrap(BIT_STRING, b"\0", point))


def sec1(scalar: bytes, point: bytes | None) -> bytes:
    """ECPrivateKey with its named curve (RFC 5915)."""
    return _ec_private(scalar, wrap(CURVE_TAG, wrap(OBJECT_ID, SM2_CURVE)), point)


def pkcs8(scalar: bytes, point: bytes) -> bytes:
    """PrivateKeyInfo around an ECPrivateKey that leaves the curve to it (RFC 5208), as OpenSSL writes it."""
    return wrap(SEQUENCE, integer(0), _algorithm(), wrap(OCTET_STRING, _ec_private(scalar, b"", point)))


def _ec_private(scalar: bytes, curve: bytes, point: bytes | None) -> bytes:
    tail = wrap(POINT_TAG, wrap(BIT_STRING, b"\0", point)) if point else b""
    return wrap(SEQUENCE, integer(1), wrap(OCTET_STRING, scalar), curve, tail)


def read_spki(data: bytes) -> bytes:
    """04 ‖ x ‖ y of a SubjectPublicKeyInfo of the curve SM2. Raises BadEncoding."""
    algorithm, rest = unwrap(SEQUENCE, only(SEQUENCE, data))
    _require_sm2(algorithm)
    return _point_of(rest)


def read_private(data: bytes) -> tuple[bytes, bytes | None]:
    """(scalar, point when written) of an ECPrivateKey or PrivateKeyInfo. Raises BadEncoding."""
    version, rest = unwrap(INTEGER, only(SEQUENCE, data))
    if rest[:1] == bytes((SEQUENCE,)):
        algorithm, rest = unwrap(SEQUENCE, rest)
        _require_sm2(algorithm)
        return _read_sec1(unwrap(OCTET_STRING, rest)[0], curve_known=True)
    if version != b"\1":
        raise BadEncoding("neither an ECPrivateKey nor a PrivateKeyInfo")
    return _read_sec1(data, curve_known=False)


def _read_sec1(data: bytes, *, curve_known: bool) -> tuple[bytes, bytes | None]:
    _, rest = unwrap(INTEGER, only(SEQUENCE, data))
    scalar, rest = unwrap(OCTET_STRING, rest)
    if len(scalar) != SCALAR_BYTES:
        raise BadEncoding("a private key has 32 bytes")
    if rest[:1] == bytes((CURVE_TAG,)):
        curve, rest = unwrap(CURVE_TAG, rest)
        curve_known = only(OBJECT_ID, curve) == SM2_CURVE
    if not curve_known:
        raise BadEncoding("not a key of the curve SM2")
    return scalar, _point_of(only(POINT_TAG, rest)) if rest else None


def _require_sm2(algorithm: bytes) -> None:
    kind, curve = unwrap(OBJECT_ID, algorithm)
    if kind != EC_PUBLIC_KEY or only(OBJECT_ID, curve) != SM2_CURVE:
        raise BadEncoding("not a key of the curve SM2")


def _point_of(data: bytes) -> bytes:
    bits = only(BIT_STRING, data)
    if len(bits) != 1 + POINT_BYTES or bits[:2] != b"\0\4":
        raise BadEncoding("not an uncompressed point")
    return bits[1:]


def pem(label: str, der: bytes) -> str:
    """PEM text (RFC 7468)."""
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def der_of(text_or_der: bytes | str, *labels: str) -> bytes:
    """DER as it is, or the first PEM block under one of `labels`. Raises BadEncoding."""
    data = text_or_der.encode() if isinstance(text_or_der, str) else text_or_der
    if data[:1] == bytes((SEQUENCE,)):
        return data
    for found in PEM.finditer(data[: 4 * DER_BYTES_MAX]):
        if found[1].decode() in labels:
            try:
                return base64.b64decode(b"".join(found[2].split()), validate=True)
            except binascii.Error as wrong:
                raise BadEncoding("PEM text is not base64") from wrong
    raise BadEncoding(f"no PEM block {' or '.join(labels)}")
