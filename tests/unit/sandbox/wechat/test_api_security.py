import base64
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import gmssl_pyx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechat.api_security import open_request, seal_answer, verify
from yumen.sandbox.wechat.records import App, KeyPair, Security
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.security_keys import BadKey, sm2_public_bytes, sm2_public_pem, turn_on

VECTOR = json.loads((Path(__file__).parents[3] / "vectors/wechat-api-security.json").read_text())
PATH = "/wxa/business/getuserphonenumber"
URL = "https://api.weixin.qq.com" + PATH
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


class RsaDeveloper:
    """A backend that signs with RSA."""

    signing = "RSAwithSHA256"

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public = self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    def sign(self, message: bytes, _: str) -> bytes:
        return self.key.sign(message, PSS, hashes.SHA256())

    def check(self, public: str, _: str, message: bytes, signature: bytes) -> bool:
        key = x509.load_pem_x509_certificate(public.encode()).public_key()
        key.verify(signature, message, PSS, hashes.SHA256())
        return True


class Sm2Developer:
    """A backend that signs with SM2."""

    signing = "SM2withSM3"

    def __init__(self) -> None:
        self.point, self.key = gmssl_pyx.sm2_key_generate()
        self.public = sm2_public_pem(self.point)

    def sign(self, message: bytes, number: str) -> bytes:
        return gmssl_pyx.sm2_sign(self.key, self.point, message, signer_id=number.encode())

    def check(self, public: str, number: str, message: bytes, signature: bytes) -> bool:
        return gmssl_pyx.sm2_verify(sm2_public_bytes(public), message, signature, signer_id=number.encode())


@dataclass
class Sealer:
    """The symmetric half of a backend."""

    cipher: str
    key: bytes
    number: str
    appid: str

    def block(self):
        return algorithms.SM4(self.key) if self.cipher == "SM4_GCM" else algorithms.AES(self.key)

    def seal(self, fields: dict, stamp: int, url: str = URL) -> bytes:
        inner = {"_n": "n" * 22, "_appid": self.appid, "_timestamp": stamp, **fields}
        iv = os.urandom(12)
        encryptor = Cipher(self.block(), modes.GCM(iv)).encryptor()
        encryptor.authenticate_additional_data(f"{url}|{self.appid}|{stamp}|{self.number}".encode())
        data = encryptor.update(json.dumps(inner).encode()) + encryptor.finalize()
        parts = {"iv": iv, "data": data, "authtag": encryptor.tag}
        return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()}).encode()

    def open(self, body: bytes, stamp: str, url: str = URL) -> dict:
        iv, data, tag = (base64.b64decode(json.loads(body)[name]) for name in ("iv", "data", "authtag"))
        decryptor = Cipher(self.block(), modes.GCM(iv, tag)).decryptor()
        decryptor.authenticate_additional_data(f"{url}|{self.appid}|{stamp}|{self.number}".encode())
        return json.loads(decryptor.update(data) + decryptor.finalize())


def headers(appid: str, stamp: int, signature: bytes) -> dict[str, str]:
    text = base64.b64encode(signature).decode()
    return {"Wechatmp-Appid": appid, "Wechatmp-TimeStamp": str(stamp), "Wechatmp-Signature": text}


def message(appid: str, stamp: object, body: bytes, url: str = URL) -> bytes:
    return f"{url}\n{appid}\n{stamp}\n".encode() + body


def test_the_official_request_signature_is_accepted_and_a_changed_one_refused():
    request = VECTOR["request"]
    pair = KeyPair(sn=request["developer_public_key_sn"], public=request["developer_public_key"])
    security = Security(cipher="AES256_GCM", signing="RSAwithSHA256", platform=pair)
    signed, signature = request["signed_message"].encode(), base64.b64decode(request["signature"])
    assert verify(security, pair, signed, signature)
    assert not verify(security, pair, signed + b" ", signature)


@pytest.mark.parametrize("cipher", ["AES256_GCM", "SM4_GCM"])
@pytest.mark.parametrize("make", [RsaDeveloper, Sm2Developer])
async def test_a_sealed_call_gets_a_sealed_and_signed_answer(caller, admin, app, cipher, make):
    developer = make()
    shown = await admin.set_security(app.appid, developer.public, cipher=cipher, signing=developer.signing)
    sealer = Sealer(cipher, base64.b64decode(shown.symmetric_key), shown.symmetric_sn, app.appid)
    pressed, stamp = await admin.phone(app.appid, "p1"), int(time.time())
    body = sealer.seal({"code": pressed.code}, stamp)
    signature = developer.sign(message(app.appid, stamp, body), shown.developer_sn)
    token = (await caller.stable(app))["access_token"]
    async with caller.session.post(
        caller.base + PATH, params={"access_token": token}, data=body, headers=headers(app.appid, stamp, signature)
    ) as answer:
        sealed, got = await answer.read(), answer.headers
    opened = sealer.open(sealed, got["Wechatmp-TimeStamp"])
    assert opened["errcode"] == 0
    assert opened["phone_info"]["phoneNumber"]
    assert (got["Wechatmp-Appid"], got["Wechatmp-Serial"]) == (app.appid, shown.platform_sn)
    signed = message(app.appid, got["Wechatmp-TimeStamp"], sealed)
    assert developer.check(
        shown.platform_public, shown.platform_sn, signed, base64.b64decode(got["Wechatmp-Signature"])
    )


async def test_during_rotation_both_platform_keys_sign(caller, admin, app):
    developer = RsaDeveloper()
    before = await admin.set_security(app.appid, developer.public)
    after = await admin.rotate_security(app.appid)
    sealer = Sealer("AES256_GCM", base64.b64decode(after.symmetric_key), after.symmetric_sn, app.appid)
    stamp = int(time.time())
    body = sealer.seal({"code": "unknown"}, stamp)
    signature = developer.sign(message(app.appid, stamp, body), "")
    token = (await caller.stable(app))["access_token"]
    async with caller.session.post(
        caller.base + PATH, params={"access_token": token}, data=body, headers=headers(app.appid, stamp, signature)
    ) as answer:
        sealed, got = await answer.read(), answer.headers
    assert sealer.open(sealed, got["Wechatmp-TimeStamp"])["errcode"] == 40029
    assert (got["Wechatmp-Serial"], got["Wechatmp-Serial-Deprecated"]) == (after.platform_sn, before.platform_sn)
    old = base64.b64decode(got["Wechatmp-Signature-Deprecated"])
    assert developer.check(before.platform_public, "", message(app.appid, got["Wechatmp-TimeStamp"], sealed), old)


def secured_app(developer: RsaDeveloper | None) -> tuple[App, Sealer]:
    app = App(appid="wx" + "1" * 16, secret="s", name="n", original_id="gh_1")
    app.security = turn_on("AES256_GCM", "RSAwithSHA256", developer.public if developer else "")
    key = base64.b64decode(app.security.symmetric_key)
    return app, Sealer("AES256_GCM", key, app.security.symmetric_sn, app.appid)


DEVELOPER = RsaDeveloper()


def opened_or_refused(app: App, head: dict[str, str], body: bytes) -> object:
    lower = {name.lower(): value for name, value in head.items()}
    try:
        return open_request(app, Request("POST", PATH, {}, lower, body, False, False, PATH)).fields
    except Refusal as refusal:
        return refusal.errcode


def test_every_fault_of_a_sealed_request_has_its_code():
    app, sealer = secured_app(DEVELOPER)
    stamp = int(time.time())
    body = sealer.seal({"code": "c"}, stamp)
    right = headers(app.appid, stamp, DEVELOPER.sign(message(app.appid, stamp, body), ""))
    assert opened_or_refused(app, right, body) == {"code": "c"}
    for name, errcode in (("Wechatmp-Appid", 40233), ("Wechatmp-TimeStamp", 40231), ("Wechatmp-Signature", 40232)):
        assert opened_or_refused(app, {n: v for n, v in right.items() if n != name}, body) == errcode
    assert opened_or_refused(app, {**right, "Wechatmp-Appid": "nonsense"}, body) == 40236
    assert opened_or_refused(app, {**right, "Wechatmp-Appid": "wx" + "2" * 16}, body) == 40237
    assert opened_or_refused(app, {**right, "Wechatmp-TimeStamp": str(stamp - 301)}, body) == 40240
    assert opened_or_refused(app, {**right, "Wechatmp-TimeStamp": "soon"}, body) == 40240
    assert opened_or_refused(app, {**right, "Wechatmp-Signature": "AAAA"}, body) == 40234
    assert opened_or_refused(app, {**right, "Wechatmp-Signature": "%"}, body) == 40234
    assert opened_or_refused(app, right, body + b" ") == 40234


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"iv":"","data":"","authtag":""}', b"\xff", b'{"iv":"A","data":1}'])
def test_what_does_not_open_is_an_encryption_fault(body):
    app, _ = secured_app(DEVELOPER)
    stamp = int(time.time())
    head = headers(app.appid, stamp, DEVELOPER.sign(message(app.appid, stamp, body), ""))
    assert opened_or_refused(app, head, body) == 40235


def test_the_inner_time_must_be_that_of_the_header():
    app, sealer = secured_app(DEVELOPER)
    stamp = int(time.time())
    body = sealer.seal({"_timestamp": stamp - 1}, stamp)
    head = headers(app.appid, stamp, DEVELOPER.sign(message(app.appid, stamp, body), ""))
    assert opened_or_refused(app, head, body) == 40235


def test_unset_keys_are_named():
    app, _ = secured_app(None)
    head = headers(app.appid, int(time.time()), b"x")
    assert opened_or_refused(app, head, b"{}") == 40239
    app.security.symmetric_key = ""
    assert opened_or_refused(app, head, b"{}") == 40238


def test_the_sandboxs_own_address_may_be_signed_too():
    app, sealer = secured_app(DEVELOPER)
    stamp, url = int(time.time()), f"http://127.0.0.1:1234{PATH}"
    body = sealer.seal({"code": "c"}, stamp, url)
    head = headers(app.appid, stamp, DEVELOPER.sign(message(app.appid, stamp, body, url), ""))
    assert opened_or_refused(app, {**head, "Host": "127.0.0.1:1234"}, body) == {"code": "c"}


def test_answers_keep_their_fields():
    app, sealer = secured_app(DEVELOPER)
    body, head = seal_answer(app, URL, msgspec.json.encode({"errcode": 0}))
    assert sealer.open(body, dict(head)["Wechatmp-TimeStamp"])["errcode"] == 0


async def test_a_plain_call_is_refused_while_security_is_on(caller, admin, app):
    await admin.set_security(app.appid, DEVELOPER.public)
    token = (await caller.stable(app))["access_token"]
    code = (await admin.phone(app.appid, "p1")).code
    assert (await caller.post(PATH, {"code": code}, access_token=token))["errcode"] == 40233
    await admin.end_security(app.appid)
    assert (await caller.post(PATH, {"code": code}, access_token=token))["errcode"] == 0


@pytest.mark.parametrize("signing", ["RSAwithSHA256", "SM2withSM3"])
@pytest.mark.parametrize("pem", ["nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_key_of_the_wrong_kind_is_refused(signing, pem):
    with pytest.raises(BadKey):
        turn_on("AES256_GCM", signing, pem)
