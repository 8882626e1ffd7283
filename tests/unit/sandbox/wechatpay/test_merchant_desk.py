"""Merchants, their keys, and the SM variant from end to end."""

import base64
import json
import secrets
import time

import gmssl_pyx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from yumen.sandbox.wechatpay import sm2
from yumen.sandbox.wechatpay.aead import sm4_key
from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.keys import new_merchant_key, new_serial


async def test_a_merchant_without_a_key_gets_one_made(admin):
    made = await admin.create_merchant(mchid="1900000109", appids=["wx" + "8" * 16], apiv3_key="k" * 32)
    private = serialization.load_pem_private_key(made.private_pem.encode(), None)
    certified = x509.load_pem_x509_certificate(made.certificate_pem.encode()).public_key()
    assert private.public_key() == certified
    assert f"{x509.load_pem_x509_certificate(made.certificate_pem.encode()).serial_number:X}" == made.serial_no
    assert (made.appids, made.apiv3_key, len(made.serial_no)) == (["wx" + "8" * 16], "k" * 32, 40)
    assert await admin.merchant("1900000109") == made
    assert await admin.merchants() == [made]
    with pytest.raises(AdminRefused, match="merchant_exists"):
        await admin.create_merchant(mchid="1900000109")


async def test_a_merchants_own_certificate_is_taken_with_its_serial(admin, backend):
    serial, certificate, private = new_merchant_key("1900000110")
    changed = await admin.change_merchant(backend.merchant.mchid, certificate_pem=certificate)
    assert (changed.serial_no, changed.private_pem) == (serial, "")
    assert (await backend.query("UNKNOWN1")).code == "SIGN_ERROR"
    changed.private_pem = private
    fresh = type(backend)(backend.session, backend.base, changed)
    assert (await fresh.query("UNKNOWN1")).code == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"certificate_pem": "nonsense"}, "key_unfit"),
        ({"certificate_pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}, "key_unfit"),
        ({"scheme": "SM2"}, "key_unfit"),
        ({"deliver_to": "https://example.com"}, "delivery_not_loopback"),
        ({"deliver_to": "http://[broken"}, "delivery_not_loopback"),
        ({"apiv3_key": "short"}, "body_invalid"),
        ({"unheard": 1}, "body_invalid"),
    ],
)
async def test_what_does_not_fit_is_a_problem(admin, given, code):
    with pytest.raises(AdminRefused, match=code):
        await admin.create_merchant(**given)


async def test_a_bare_public_key_needs_a_serial(admin, merchant_key):
    with pytest.raises(AdminRefused, match="serial_missing"):
        await admin.create_merchant(certificate_pem=merchant_key[1])


async def test_the_sm_variant_signs_verifies_and_seals(admin, sandbox, session):
    public, private = gmssl_pyx.sm2_key_generate()
    pem = sm2.self_signed(private.hex(), public.hex(), "m", int(new_serial(), 16), *_years())
    merchant = await admin.create_merchant(scheme="SM2", certificate_pem=pem)
    stamp, nonce, target = str(int(time.time())), secrets.token_hex(16), "/v3/certificates?algorithm_type=SM2"
    message = f"GET\n{target}\n{stamp}\n{nonce}\n\n".encode()
    signature = base64.b64encode(gmssl_pyx.sm2_sign(private, public, message)).decode()
    parts = {"mchid": merchant.mchid, "nonce_str": nonce, "timestamp": stamp, "serial_no": merchant.serial_no}
    parts["signature"] = signature
    said = "WECHATPAY2-SM2-WITH-SM3 " + ",".join(f'{name}="{value}"' for name, value in parts.items())
    headers = {"Authorization": said, "Accept": "*/*", "User-Agent": "test"}
    async with session.get(sandbox.api + target, headers=headers) as answer:
        body, got = await answer.read(), answer.headers
    assert answer.status == 200
    (entry,) = json.loads(body)["data"]
    sealed = entry["encrypt_certificate"]
    assert sealed["algorithm"] == "AEAD_SM4_GCM"
    raw = base64.b64decode(sealed["ciphertext"])
    cipher = Cipher(algorithms.SM4(sm4_key(merchant.apiv3_key)), modes.GCM(sealed["nonce"].encode(), raw[-16:]))
    opener = cipher.decryptor()
    opener.authenticate_additional_data(sealed["associated_data"].encode())
    platform = opener.update(raw[:-16]) + opener.finalize()
    assert got["Wechatpay-Serial"] == entry["serial_no"]
    assert got["Wechatpay-Signature-Type"] == "WECHATPAY2-SM2-WITH-SM3"
    signed = f"{got['Wechatpay-Timestamp']}\n{got['Wechatpay-Nonce']}\n".encode() + body + b"\n"
    assert sm2.verify(sm2.read_public(platform.decode()), signed, base64.b64decode(got["Wechatpay-Signature"]))


def _years():
    from datetime import UTC, datetime

    return datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
