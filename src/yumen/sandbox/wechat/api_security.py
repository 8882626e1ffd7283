"""Open encrypted and signed requests, seal and sign the answers: the optional API security of some endpoints.

Official guide "服务端 API 签名指南". Signature times are real times, whatever the sandbox's clock says.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from time import time
from typing import Any, Final

import gmssl_pyx
import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.modes import GCM

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechat.records import App, KeyPair, Security
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.security_keys import sm2_public_bytes

OFFICIAL_HOST: Final = "https://api.weixin.qq.com"
AGE_MAX_S: Final = 300
_PSS: Final = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


class Sealed(msgspec.Struct):
    """The body on the wire, all base64."""

    iv: str
    data: str
    authtag: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The fields of a request, and the address it was signed for (answers are signed for the same)."""

    fields: dict[str, Any]
    url: str


def open_request(app: App, request: Request) -> Opened:
    """Check headers, signature, time and encryption: 40231 to 40240."""
    security = app.security
    assert security is not None
    headers = request.headers
    for name, errcode in (("appid", 40233), ("timestamp", 40231), ("signature", 40232)):
        if not headers.get(f"wechatmp-{name}"):
            raise Refusal(errcode)
    if not headers["wechatmp-appid"].startswith("wx"):
        raise Refusal(40236)
    if headers["wechatmp-appid"] != app.appid:
        raise Refusal(40237)
    if not security.symmetric_key:
        raise Refusal(40238)
    if security.developer is None:
        raise Refusal(40239)
    stamp = headers["wechatmp-timestamp"]
    if not stamp.isascii() or not stamp.isdigit() or abs(time() - int(stamp[:12])) > AGE_MAX_S:
        raise Refusal(40240)
    url = _signed_for(app, security, request, stamp)
    return Opened(_open_body(app, security, request.body, url, stamp), url)


def seal_answer(app: App, url: str, answer: bytes) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The encrypted body and the signature headers, two pairs of them while the platform certificate rotates."""
    security = app.security
    assert security is not None
    stamp = int(time())
    inner = {"_n": secrets.token_urlsafe(16), "_appid": app.appid, "_timestamp": stamp, **msgspec.json.decode(answer)}
    body = msgspec.json.encode(_seal(security, msgspec.json.encode(inner), f"{url}|{app.appid}|{stamp}"))
    message = f"{url}\n{app.appid}\n{stamp}\n".encode() + body
    headers = [
        ("Wechatmp-Appid", app.appid),
        ("Wechatmp-TimeStamp", str(stamp)),
        ("Wechatmp-Serial", security.platform.sn),
        ("Wechatmp-Signature", _sign(security, security.platform, message)),
    ]
    if (old := security.previous_platform) is not None:
        headers += [
            ("Wechatmp-Serial-Deprecated", old.sn),
            ("Wechatmp-Signature-Deprecated", _sign(security, old, message)),
        ]
    return body, tuple(headers)


def verify(security: Security, pair: KeyPair, message: bytes, signature: bytes) -> bool:
    """RSA-PSS with SHA-256 and salt 32, or SM2 with the key's number as user id."""
    if security.signing == "SM2withSM3":
        try:
            point = sm2_public_bytes(pair.public)
            return bool(gmssl_pyx.sm2_verify(point, message, signature, signer_id=pair.sn.encode()))
        except gmssl_pyx.GmsslInnerError:
            return False
    try:
        _rsa_public(pair.public).verify(signature, message, _PSS, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _rsa_public(pem: str) -> rsa.RSAPublicKey:
    text = pem.encode()
    certificate = b"CERTIFICATE" in text
    key = x509.load_pem_x509_certificate(text).public_key() if certificate else serialization.load_pem_public_key(text)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def _sign(security: Security, pair: KeyPair, message: bytes) -> str:
    if security.signing == "SM2withSM3":
        private, point = bytes.fromhex(pair.private), sm2_public_bytes(pair.public)
        return base64.b64encode(gmssl_pyx.sm2_sign(private, point, message, signer_id=pair.sn.encode())).decode()
    key = serialization.load_pem_private_key(pair.private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return base64.b64encode(key.sign(message, _PSS, hashes.SHA256())).decode()


def _signed_for(app: App, security: Security, request: Request, stamp: str) -> str:
    """Which address the signature names: the official one, or this sandbox as the caller addressed it."""
    assert security.developer is not None
    try:
        signature = base64.b64decode(request.headers["wechatmp-signature"], validate=True)
    except ValueError:
        raise Refusal(40234) from None
    here = f"{'https' if request.secure else 'http'}://{request.headers.get('host', '')}"
    for host in (OFFICIAL_HOST, here):
        url = host + request.path
        if verify(security, security.developer, f"{url}\n{app.appid}\n{stamp}\n".encode() + request.body, signature):
            return url
    raise Refusal(40234)


def _open_body(app: App, security: Security, body: bytes, url: str, stamp: str) -> dict[str, Any]:
    aad = f"{url}|{app.appid}|{stamp}|{security.symmetric_sn}".encode()
    try:
        sealed = msgspec.json.decode(body, type=Sealed)
        iv, data, tag = (base64.b64decode(part, validate=True) for part in (sealed.iv, sealed.data, sealed.authtag))
        decryptor = Cipher(_block_cipher(security), GCM(iv, tag)).decryptor()
        decryptor.authenticate_additional_data(aad)
        fields = msgspec.json.decode(decryptor.update(data) + decryptor.finalize())
    except (ValueError, msgspec.MsgspecError, InvalidTag):
        raise Refusal(40235) from None
    if not isinstance(fields, dict) or fields.get("_appid") != app.appid or str(fields.get("_timestamp")) != stamp:
        raise Refusal(40235)
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def _seal(security: Security, plain: bytes, aad_head: str) -> Sealed:
    iv = secrets.token_bytes(12)
    encryptor = Cipher(_block_cipher(security), modes.GCM(iv)).encryptor()
    encryptor.authenticate_additional_data(f"{aad_head}|{security.symmetric_sn}".encode())
    data = encryptor.update(plain) + encryptor.finalize()
    iv_text, data_text, tag_text = (base64.b64encode(part).decode() for part in (iv, data, encryptor.tag))
    return Sealed(iv_text, data_text, tag_text)


def _block_cipher(security: Security) -> algorithms.AES | algorithms.SM4:
    key = base64.b64decode(security.symmetric_key)
    return algorithms.SM4(key) if security.cipher == "SM4_GCM" else algorithms.AES(key)
