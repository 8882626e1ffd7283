"""WeChat Pay's own public keys: what verifies its answers and notifications, and encrypts fields for it.

A key is a platform certificate, named by its serial number, or the public key of public-key mode, named
`PUB_KEY_ID_…`, which never expires. Several live at the same time while WeChat Pay rotates.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from yumen.kit.crypto import BadKey, Sm2PublicKey
from yumen.kit.crypto.der import INTEGER, SEQUENCE, unwrap, wrap
from yumen.wechat.pay.signing import Suite

PUBLIC_KEY_ID: Final = "PUB_KEY_ID_"
NEVER: Final = datetime.max.replace(tzinfo=UTC)
RSA_BITS_MIN: Final = 2048
VERSION_TAG: Final = 0xA0


class BadPlatformKey(ValueError):
    """This is no certificate or public key that WeChat Pay could sign with."""


class Verifier(Protocol):
    """A public key that checks signatures."""

    @property
    def suite(self) -> Suite: ...

    def verify(self, message: bytes, signature: str) -> bool:
        """Is the base64 `signature` this key's over `message`? Anything malformed is just False."""
        ...


@dataclass(frozen=True, slots=True)
class RsaVerifier:
    key: RSAPublicKey

    @property
    def suite(self) -> Suite:
        return Suite.RSA

    def verify(self, message: bytes, signature: str) -> bool:
        try:
            self.key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SmVerifier:
    key: Sm2PublicKey

    @property
    def suite(self) -> Suite:
        return Suite.SM

    def verify(self, message: bytes, signature: str) -> bool:
        try:
            return self.key.verify(message, b64decode(signature, validate=True))
        except (binascii.Error, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """One living key of WeChat Pay's: `serial` is what `Wechatpay-Serial` says."""

    serial: str
    verifier: Verifier = field(repr=False)
    not_before: datetime
    not_after: datetime

    def lives(self, now: datetime) -> bool:
        """Is it inside its validity? `now` is the real time."""
        return self.not_before <= now < self.not_after


def of_certificate(pem: bytes, suite: Suite = Suite.RSA) -> PlatformKey:
    """The key of a platform certificate, PEM. Raises BadPlatformKey."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        verifier = _sm_verifier(certificate) if suite is Suite.SM else RsaVerifier(_rsa(certificate.public_key()))
        serial = f"{certificate.serial_number:X}"
        return PlatformKey(serial, verifier, certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    except (ValueError, UnsupportedAlgorithm, BadKey) as wrong:
        raise BadPlatformKey(str(wrong)) from wrong


def of_public_key(key_id: str, pem: bytes) -> PlatformKey:
    """The key of public-key mode. Raises BadPlatformKey."""
    try:
        verifier = RsaVerifier(_rsa(load_pem_public_key(pem)))
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise BadPlatformKey(str(wrong)) from wrong
    return PlatformKey(key_id, verifier, datetime.min.replace(tzinfo=UTC), NEVER)


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < RSA_BITS_MIN:
        raise BadPlatformKey("not an RSA key of at least 2048 bits")
    return key


def _sm_verifier(certificate: x509.Certificate) -> SmVerifier:
    """`cryptography` reads the certificate but not the curve, so the key is cut out of it (RFC 5280, 4.1)."""
    _, rest = unwrap(VERSION_TAG, unwrap(SEQUENCE, certificate.tbs_certificate_bytes)[0])
    _, rest = unwrap(INTEGER, rest)
    for _ in ("signature", "issuer", "validity", "subject"):
        _, rest = unwrap(SEQUENCE, rest)
    return SmVerifier(Sm2PublicKey.load(wrap(SEQUENCE, unwrap(SEQUENCE, rest)[0])))
