"""Make the keys of API security as the console would hand them out, and read those a developer uploads."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import gmssl_pyx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from yumen.sandbox.wechat.records import App, Cipher, KeyPair, Security, Signing

_SM2_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_KEY_BYTES: Final = {"AES256_GCM": 32, "SM4_GCM": 16}


class BadKey(ValueError):
    """The uploaded public key is not of the kind that the chosen signature needs."""


def turn_on(cipher: Cipher, signing: Signing, developer_public: str) -> Security:
    """Settings with fresh symmetric and platform keys. `developer_public` is PEM; empty leaves it unset (40239)."""
    return Security(
        cipher=cipher,
        signing=signing,
        symmetric_sn=secrets.token_hex(16),
        symmetric_key=base64.b64encode(secrets.token_bytes(_KEY_BYTES[cipher])).decode(),
        developer=_uploaded(signing, developer_public) if developer_public else None,
        platform=_platform_pair(signing),
    )


def begin_rotation(app: App) -> None:
    """A new platform key; until the rotation ends, answers are signed with both."""
    assert app.security is not None
    app.security.previous_platform = app.security.platform
    app.security.platform = _platform_pair(app.security.signing)


def sm2_public_bytes(pem: str) -> bytes:
    """The 64 bytes of an SM2 public key in PEM (SubjectPublicKeyInfo). Raises BadKey."""
    try:
        der = base64.b64decode("".join(line for line in pem.split() if "-" not in line and line not in _PEM_WORDS))
    except ValueError:
        raise BadKey from None
    if len(der) != len(_SM2_SPKI_HEAD) + 64 or not der.startswith(_SM2_SPKI_HEAD):
        raise BadKey
    return der[len(_SM2_SPKI_HEAD) :]


_PEM_WORDS: Final = {"PUBLIC", "KEY", "BEGIN", "END"}


def sm2_public_pem(point: bytes) -> str:
    """The PEM of the 64 bytes of an SM2 public key."""
    text = base64.b64encode(_SM2_SPKI_HEAD + point).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"


def _uploaded(signing: Signing, pem: str) -> KeyPair:
    if signing == "SM2withSM3":
        try:
            gmssl_pyx.normalize_sm2_public_key(sm2_public_bytes(pem))
        except gmssl_pyx.InvalidValueError:
            raise BadKey from None
    else:
        try:
            key = serialization.load_pem_public_key(pem.encode())
        except ValueError:
            raise BadKey from None
        if not isinstance(key, rsa.RSAPublicKey):
            raise BadKey
    return KeyPair(sn=secrets.token_hex(16), public=pem)


def _platform_pair(signing: Signing) -> KeyPair:
    number = secrets.token_hex(16)
    if signing == "SM2withSM3":
        public, private = gmssl_pyx.sm2_key_generate()
        return KeyPair(sn=number, public=sm2_public_pem(public), private=private.hex())
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return KeyPair(sn=number, public=_self_signed(key), private=private_pem)


def _self_signed(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SANDBOX platform certificate, not WeChat")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1800))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
