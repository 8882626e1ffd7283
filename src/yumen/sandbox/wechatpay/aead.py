"""Seal what notifications and certificates carry: AEAD_AES_256_GCM, and AEAD_SM4_GCM of the SM variant."""

from __future__ import annotations

import base64
import secrets
import string
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yumen.sandbox.wechatpay.records import Scheme

ALGORITHM: Final[dict[Scheme, str]] = {"RSA": "AEAD_AES_256_GCM", "SM2": "AEAD_SM4_GCM"}
_LETTERS: Final = string.ascii_letters + string.digits


def nonce12() -> str:
    """A fresh nonce of 12 characters; the characters themselves are the 12 bytes."""
    return base64.b32encode(secrets.token_bytes(8)).decode()[:12]


def seal(scheme: Scheme, apiv3_key: str, nonce: str, associated_data: str, plain: bytes) -> str:
    """Base64 of ciphertext and tag."""
    if scheme == "SM2":
        encryptor = Cipher(algorithms.SM4(sm4_key(apiv3_key)), modes.GCM(nonce.encode())).encryptor()
        encryptor.authenticate_additional_data(associated_data.encode())
        sealed = encryptor.update(plain) + encryptor.finalize() + encryptor.tag
    else:
        sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, associated_data.encode())
    return base64.b64encode(sealed).decode()


def sm4_key(apiv3_key: str) -> bytes:
    """The first 16 bytes of SM3 over the API v3 key."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(apiv3_key.encode())
    return digest.finalize()[:16]


def new_apiv3_key() -> str:
    """32 letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(32))
