"""Open what WeChat Pay sealed (notifications, certificates), and encrypt single fields for it.

AEAD_AES_256_GCM under the 32 bytes of the API v3 key; AEAD_SM4_GCM under the first 16 bytes of its SM3. Fields are
RSA-OAEP with SHA-1 (WeChat Pay's choice), or SM2; the header `Wechatpay-Serial` then names the key.
Source: pay.weixin.qq.com, 证书和回调报文解密 and 敏感信息加解密; SM by wechatpay-java (shangmi).
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from msgspec import Meta

from yumen.kit.crypto import BadTag, Sm4Gcm, sm3
from yumen.kit.errors import Code
from yumen.wechat.pay.platform import PlatformKey, RsaVerifier, SmVerifier
from yumen.wechat.pay.signing import RsaSigner, Signer, SmSigner

UNOPENED: Final = Code("wechat_pay.unopened", 422)
"""A good signature over what none of our API v3 keys opens: our key is wrong. 500, so that it is sent again."""
FIELD_TOO_LONG: Final = Code("wechat_pay.field_too_long", 422)

AES: Final = "AEAD_AES_256_GCM"
SM4: Final = "AEAD_SM4_GCM"
SM4_KEY_BYTES: Final = 16
NONCE_BYTES_MIN: Final = 12
SEALED_CHARS_MAX: Final = 1_048_576
OAEP_BYTES_MAX: Final = 214
SM2_BYTES_MAX: Final = 255
# WeChat Pay prescribes SHA-1 for OAEP, where no collision resistance is asked of it
_OAEP: Final = OAEP(MGF1(SHA1()), SHA1(), None)  # noqa: S303


class Resource(msgspec.Struct):
    """The sealed part of a notification or of a certificate."""

    algorithm: Annotated[str, Meta(max_length=32)]
    ciphertext: Annotated[str, Meta(max_length=SEALED_CHARS_MAX)]
    nonce: Annotated[str, Meta(max_length=16)]
    associated_data: Annotated[str, Meta(max_length=64)] | None = None
    original_type: Annotated[str, Meta(max_length=32)] = ""


def open_resource(keys: Sequence[bytes], resource: Resource) -> bytes:
    """What was sealed, under the first of our API v3 keys that opens it. Raises `wechat_pay.unopened`."""
    opened = {AES: aes_open, SM4: sm4_open}.get(resource.algorithm)
    if opened is None:
        raise UNOPENED()
    try:
        sealed = b64decode(resource.ciphertext, validate=True)
    except (binascii.Error, ValueError):
        raise UNOPENED() from None
    associated = (resource.associated_data or "").encode()
    for key in keys:
        try:
            return opened(key, resource.nonce.encode(), sealed, associated)
        except BadTag:
            continue
    raise UNOPENED()


def aes_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """AES-GCM; a nonce may be longer than 12 bytes here. Raises BadTag, also for what could never be sealed so."""
    if len(nonce) < NONCE_BYTES_MIN:
        raise BadTag
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise BadTag from None


def sm4_open(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """SM4-GCM under the first half of the key's SM3. Raises BadTag."""
    return Sm4Gcm(sm3(key)[:SM4_KEY_BYTES]).open_with(nonce, sealed, associated)


def encrypt_field(key: PlatformKey, text: str) -> str:
    """A sensitive field for WeChat Pay, base64; the call then says `Wechatpay-Serial: key.serial`.

    Raises `wechat_pay.field_too_long` beyond 214 bytes (SM2: 255), and for an empty text under SM2.
    """
    plain, verifier = text.encode(), key.verifier
    if isinstance(verifier, SmVerifier):
        if not 1 <= len(plain) <= SM2_BYTES_MAX:
            raise FIELD_TOO_LONG(bytes_max=SM2_BYTES_MAX)
        return b64encode(verifier.key.encrypt(plain)).decode()
    assert isinstance(verifier, RsaVerifier)
    if len(plain) > OAEP_BYTES_MAX:
        raise FIELD_TOO_LONG(bytes_max=OAEP_BYTES_MAX)
    return b64encode(verifier.key.encrypt(plain, _OAEP)).decode()


def decrypt_field(signer: Signer, sealed: str) -> str:
    """A sensitive field of an answer, under the merchant's own key. Raises `wechat_pay.unopened`."""
    try:
        raw = b64decode(sealed, validate=True)
        if isinstance(signer, SmSigner):
            return signer.key.decrypt(raw).decode()
        assert isinstance(signer, RsaSigner)
        return signer.key.decrypt(raw, _OAEP).decode()
    except (binascii.Error, ValueError, BadTag):
        raise UNOPENED() from None
