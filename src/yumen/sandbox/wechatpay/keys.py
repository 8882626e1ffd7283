"""The keys of both sides: platform certificates and public keys that sign, merchants' keys that are checked."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from functools import lru_cache
from time import time
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from yumen.sandbox.wechatpay import quick_rsa, sm2
from yumen.sandbox.wechatpay.beijing import utc
from yumen.sandbox.wechatpay.quick_rsa import QuickKey
from yumen.sandbox.wechatpay.records import Merchant, PlatformKey, Scheme

LIFE: Final = timedelta(days=5 * 365)
NAME: Final = "SANDBOX Tenpay.com sign, not WeChat Pay"
SIGNATURE_TYPE: Final[dict[Scheme, str]] = {"RSA": "WECHATPAY2-SHA256-RSA2048", "SM2": "WECHATPAY2-SM2-WITH-SM3"}
_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = hashes.SHA256()


class BadKey(ValueError):
    """Neither a certificate nor a public key of the kind that the merchant's scheme needs."""


def new_serial() -> str:
    """40 hexadecimal characters, upper case, as certificates have."""
    return f"{(1 << 158) | secrets.randbits(157):040X}"


def new_platform_key(scheme: Scheme) -> PlatformKey:
    """A fresh platform certificate. It is valid by real time, whatever the sandbox's clock says."""
    serial, begins = new_serial(), utc(time()) - timedelta(days=1)
    key = PlatformKey(
        serial=serial,
        scheme=scheme,
        certificate_pem="",
        effective_at=begins.timestamp(),
        expires_at=(begins + LIFE).timestamp(),
    )
    if scheme == "SM2":
        key.sm2_private, key.sm2_public = sm2.new_pair()
        key.certificate_pem = sm2.self_signed(
            key.sm2_private, key.sm2_public, NAME, int(serial, 16), begins, begins + LIFE
        )
    else:
        made = quick_rsa.new_key()
        key.certificate_pem, key.primes = _certificate(made.public(), serial, NAME), list(made.primes)
    return key


def platform_sign(key: PlatformKey, message: bytes) -> str:
    """The signature header's value."""
    if key.scheme == "SM2":
        return sm2.sign(key.sm2_private, key.sm2_public, message)
    return quick(tuple(key.primes)).sign(message)


@lru_cache(maxsize=64)
def quick(primes: tuple[int, ...]) -> QuickKey:
    """The key with its tables, made once."""
    return QuickKey(primes)


def give_public_key(merchant: Merchant) -> None:
    """Make the pair of the public-key mode, if the merchant has none yet."""
    if not merchant.public_key_id:
        merchant.public_key_id = f"PUB_KEY_ID_01{merchant.mchid[-10:]:0>10}{secrets.randbelow(10**22):022d}"
        key = quick_rsa.new_key()
        merchant.public_key_primes, merchant.public_key_pem = list(key.primes), _spki(key.public())


def new_merchant_key(mchid: str) -> tuple[str, str, str]:
    """Serial, certificate and private key of a made-up merchant; an ordinary RSA key, because the merchant signs."""
    key, serial = rsa.generate_private_key(public_exponent=65537, key_size=2048), new_serial()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return serial, _certificate(key.public_key(), serial, mchid), private.decode()


def serial_of(pem: str) -> str:
    """The serial number in a certificate, 40 digits at least; empty for a bare public key. Raises BadKey."""
    if "CERTIFICATE" not in pem:
        return ""
    try:
        return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:040X}"
    except ValueError:
        raise BadKey from None


def check_merchant_key(scheme: Scheme, pem: str) -> None:
    """Raises BadKey if signatures could never be checked with this."""
    try:
        _ = sm2.read_public(pem) if scheme == "SM2" else _rsa_public(pem)
    except ValueError:
        raise BadKey from None


def merchant_signed(merchant: Merchant, message: bytes, signature_text: str) -> bool:
    """Is this the merchant's signature of these bytes?"""
    try:
        signature = base64.b64decode(signature_text, validate=True)
    except ValueError:
        return False
    if merchant.scheme == "SM2":
        return sm2.verify(sm2.read_public(merchant.certificate_pem), message, signature)
    try:
        _rsa_public(merchant.certificate_pem).verify(signature, message, _PKCS1, _SHA256)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _rsa_public(pem: str) -> rsa.RSAPublicKey:
    text = pem.encode()
    certificate = b"CERTIFICATE" in text
    key = x509.load_pem_x509_certificate(text).public_key() if certificate else serialization.load_pem_public_key(text)
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadKey
    return key


@lru_cache(maxsize=1)
def _issuer() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(public: rsa.RSAPublicKey, serial: str, name: str) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SANDBOX root, not Tenpay")])
    begins = utc(time()) - timedelta(days=1)
    builder = x509.CertificateBuilder(issuer, subject, public, int(serial, 16))
    builder = builder.not_valid_before(begins).not_valid_after(begins + LIFE)
    return builder.sign(_issuer(), _SHA256).public_bytes(serialization.Encoding.PEM).decode()


def _spki(public: rsa.RSAPublicKey) -> str:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
