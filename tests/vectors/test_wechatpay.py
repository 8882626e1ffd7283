"""WeChat Pay's published samples (the JSON files beside this one say where each comes from)."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from yumen.kit.crypto import BadTag, Sm2PrivateKey, Sm2PublicKey
from yumen.kit.errors import Problem
from yumen.wechat.pay import Unverified
from yumen.wechat.pay.platform import NEVER, PlatformKey, RsaVerifier, of_certificate, of_public_key
from yumen.wechat.pay.sealed import AES, SM4, Resource, aes_open, decrypt_field, encrypt_field, open_resource
from yumen.wechat.pay.signing import RsaSigner, SmSigner, Suite, authorization, pay_message, request_message
from yumen.wechat.pay.verification import verify

HERE = Path(__file__).parent
SIGN, VERIFY, AEAD, SM = (
    json.loads((HERE / f"wechatpay-{name}.json").read_text(encoding="utf-8"))
    for name in ("sign", "verify", "aead", "sm")
)


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def signer_of(pem):
    return RsaSigner(load_pem_private_key(pem.encode(), None))


def message_of(case):
    if case["kind"] == "request":
        return request_message(
            case["method"], case["url"], int(case["timestamp"]), case["nonce_str"], case["body"].encode()
        )
    if case["kind"] == "pay_sign":
        return pay_message(case["appId"], case["timeStamp"], case["nonceStr"], case["package"])
    return case["message"].encode()


@pytest.mark.parametrize("case", named(SIGN["cases"]))
def test_signatures(case):
    key, message = SIGN["keys"][case["key"]], message_of(case)
    expected = case.get("signature", case.get("paySign"))
    assert message == case["message"].encode()
    if "private_key_pem" in key:
        assert signer_of(key["private_key_pem"]).sign(message) == expected
    else:
        assert RsaVerifier(load_pem_public_key(key["public_key_pem"].encode())).verify(message, expected)


@pytest.mark.parametrize("case", named([case for case in SIGN["cases"] if "authorization" in case]))
async def test_authorization_headers(case):
    key, timestamp = SIGN["keys"][case["key"]], int(case["timestamp"])
    signer = signer_of(key["private_key_pem"])
    made = await authorization(signer, key["mchid"], key["serial_no"], message_of(case), timestamp, case["nonce_str"])
    assert made == case["authorization"]


@pytest.mark.parametrize("case", named(VERIFY["cases"]))
async def test_answers_and_notifications(case):
    keys = platform_keys(case["key"])

    async def find(serial):
        return keys.get(serial)

    now = datetime.fromtimestamp(case["now"], UTC)
    if case["accept"]:
        await verify(case["headers"], case["body"].encode(), find, now)
        lower = {name.lower(): value for name, value in case["headers"].items()}
        await verify(lower, case["body"].encode(), find, now)
    else:
        with pytest.raises(Unverified):
            await verify(case["headers"], case["body"].encode(), find, now)


def platform_keys(name):
    given = VERIFY["keys"][name]
    if "public_key_pem" in given:
        key = of_public_key(given["serial"], given["public_key_pem"].encode())
    else:
        key = of_certificate(given["certificate_pem"].encode())
        # the samples are younger than the SDKs' test certificates
        key = PlatformKey(key.serial, key.verifier, key.not_before, NEVER)
    assert key.serial == given["serial"]
    return {key.serial: key}


@pytest.mark.parametrize("case", named(AEAD["cases"]))
def test_sealed_resources(case):
    key, nonce, associated = (case[name].encode() for name in ("apiv3_key", "nonce", "associated_data"))
    resource = Resource(AES, case["ciphertext"], case["nonce"], case["associated_data"])
    if case["valid"]:
        assert aes_open(key, nonce, b64decode(case["ciphertext"]), associated).decode() == case["plaintext"]
        assert open_resource([b"0" * 32, key], resource).decode() == case["plaintext"]
    else:
        with pytest.raises(BadTag):
            aes_open(key, nonce, b64decode(case["ciphertext"]), associated)
        with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
            open_resource([key], resource)


def test_the_sealed_certificate_is_the_one_it_says():
    case = next(case for case in AEAD["cases"] if "certificate_serial" in case)
    opened = open_resource(
        [case["apiv3_key"].encode()], Resource(AES, case["ciphertext"], case["nonce"], case["associated_data"])
    )
    assert of_certificate(opened).serial == case["certificate_serial"]


@pytest.mark.parametrize("case", named(VERIFY["sensitive_fields"]))
def test_sensitive_fields(case):
    signer = signer_of(VERIFY["keys"][case["private_key"]]["private_key_pem"])
    assert decrypt_field(signer, case["ciphertext"]) == case["plaintext"]
    key = PlatformKey("S", RsaVerifier(signer.key.public_key()), NEVER, NEVER)
    assert decrypt_field(signer, encrypt_field(key, case["plaintext"])) == case["plaintext"]


@pytest.mark.parametrize("case", named(SM["signatures"]))
def test_sm_signatures(case):
    key = of_certificate(SM["keys"]["merchant"]["certificate_pem"].encode(), Suite.SM)
    assert key.verifier.verify(case["message"].encode(), case["signature"]) is case["valid"]


def test_sm_certificates_and_keys_belong_together():
    merchant, platform = SM["keys"]["merchant"], SM["keys"]["platform"]
    signer = SmSigner(Sm2PrivateKey.load(merchant["private_key_pem"]))
    key = of_certificate(merchant["certificate_pem"].encode(), Suite.SM)
    assert key.serial == merchant["serial_no"]
    assert key.verifier.verify(b"message", signer.sign(b"message"))
    assert of_certificate(platform["certificate_pem"].encode(), Suite.SM).serial == platform["serial_no"]
    assert isinstance(key.verifier.key, Sm2PublicKey)


@pytest.mark.parametrize("case", named(SM["aead"]))
def test_sm_sealed_resources(case):
    resource = Resource(SM4, case["ciphertext"], case["nonce"], case["associated_data"])
    keys = [SM["apiv3_key"].encode()]
    if case["valid"]:
        assert open_resource(keys, resource).decode() == case["plaintext"]
    else:
        with pytest.raises(Problem, match=r"wechat_pay\.unopened"):
            open_resource(keys, resource)


@pytest.mark.parametrize("case", named(SM["sm2_encryption"]))
def test_sm_sensitive_fields(case):
    signer = SmSigner(Sm2PrivateKey.load(SM["keys"]["merchant"]["private_key_pem"]))
    assert decrypt_field(signer, case["ciphertext"]) == case["plaintext"]
    key = of_certificate(SM["keys"]["merchant"]["certificate_pem"].encode(), Suite.SM)
    assert decrypt_field(signer, encrypt_field(key, "张三")) == "张三"
