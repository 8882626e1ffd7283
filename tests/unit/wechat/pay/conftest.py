"""A scripted WeChat Pay on the loopback that signs as told, its certificates, and a merchant that uses it."""

import json
import os
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from yumen.kit.clock import real_now
from yumen.kit.http import Http, HttpSettings
from yumen.wechat.pay import Merchant, Pay
from yumen.wechat.pay.platform import of_public_key
from yumen.wechat.pay.signing import RsaSigner

MCHID = "1900000109"
APPID = "wx" + "8" * 16
APIV3_KEY = b"k" * 32
KEY_ID = "PUB_KEY_ID_0119000001092026112400000000000000"


def certificate(key: rsa.RSAPrivateKey, serial: int, *, starts: timedelta = timedelta(0), days: int = 1825) -> str:
    """A platform certificate, PEM, valid from a day ago (or as told) on."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    begins = datetime.now(UTC) - timedelta(days=1) + starts
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def seal(plain: bytes | dict, associated: str = "transaction", key: bytes = APIV3_KEY) -> dict[str, str]:
    """An AEAD_AES_256_GCM resource."""
    nonce = os.urandom(6).hex()
    text = json.dumps(plain, ensure_ascii=False).encode() if isinstance(plain, dict) else plain
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(AESGCM(key).encrypt(nonce.encode(), text, associated.encode())).decode(),
        "nonce": nonce,
        "associated_data": associated,
        "original_type": associated,
    }


@dataclass
class FakePay:
    """Answers each path as told, and signs under `serial` with `key`; `spoil` may change the signature headers."""

    key: rsa.RSAPrivateKey
    serial: str
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    spoil: Callable[[dict[str, str]], dict[str, str]] = lambda headers: headers
    now: Callable[[], float] = time.time
    url: str = ""

    def headers(self, body: bytes, at: float | None = None) -> dict[str, str]:
        timestamp, nonce = str(int(self.now() if at is None else at)), os.urandom(16).hex()
        signed = self.key.sign(f"{timestamp}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), SHA256())
        return self.spoil(
            {
                "Wechatpay-Timestamp": timestamp,
                "Wechatpay-Nonce": nonce,
                "Wechatpay-Signature": b64encode(signed).decode(),
                "Wechatpay-Serial": self.serial,
                "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
                "Request-ID": "08E68E97CC06-268578704",
            }
        )

    def calls(self, path: str) -> list[tuple[str, str, dict[str, str], bytes]]:
        return [call for call in self.asked if call[1].partition("?")[0] == path]

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.raw_path, dict(request.headers), await request.read()))
        answer = self.answers[request.path]
        if callable(answer):
            answer = answer()
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        status, content = answer
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        return web.Response(status=status, body=body, headers=self.headers(body), content_type="application/json")


@pytest.fixture(scope="session")
def merchant_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def platform_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
async def wechat_pay(platform_key) -> AsyncIterator[FakePay]:
    fake = FakePay(platform_key, KEY_ID)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
def public_pem(platform_key) -> bytes:
    return platform_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def make_merchant(wechat_pay, merchant_key, public_pem) -> Callable[..., Merchant]:
    """A merchant in public-key mode, changed as told."""

    def make(**changed: Any) -> Merchant:
        given = {
            "mchid": MCHID,
            "serial": "5F1C72E2A8931B72A2E13AF8DEE92471EB397115",
            "signer": RsaSigner(merchant_key),
            "apiv3_keys": (APIV3_KEY,),
            "appids": frozenset({APPID}),
            "notify_url": "https://shop.example/hooks/pay",
            "pinned": (of_public_key(KEY_ID, public_pem),),
            "public_key_id": KEY_ID,
            "origins": (wechat_pay.url,),
        }
        return Merchant(**given | changed)

    return make


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(HttpSettings(circuit_failures_max=50)) as http:
        yield http


@pytest.fixture
def pay(http, make_merchant) -> Pay:
    return Pay([make_merchant()], http, real_now)


@pytest.fixture
def line(pay):
    return pay.line(MCHID)


TRANSACTION = {
    "appid": APPID,
    "mchid": MCHID,
    "out_trade_no": "T20261124_0001",
    "transaction_id": "4200002026112400000000000001",
    "trade_type": "JSAPI",
    "trade_state": "SUCCESS",
    "trade_state_desc": "支付成功",
    "bank_type": "OTHERS",
    "attach": "",
    "success_time": "2026-11-24T11:00:05+08:00",
    "payer": {"openid": "oSecretPerson"},
    "amount": {"total": 12345, "payer_total": 12000, "currency": "CNY", "payer_currency": "CNY"},
}
REFUND = {
    "refund_id": "50300002026112400000000000001",
    "out_refund_no": "R20261124_0001",
    "transaction_id": TRANSACTION["transaction_id"],
    "out_trade_no": TRANSACTION["out_trade_no"],
    "channel": "ORIGINAL",
    "user_received_account": "招商银行信用卡0403",
    "create_time": "2026-11-24T12:00:00+08:00",
    "status": "PROCESSING",
    "amount": {"total": 12345, "refund": 345, "payer_total": 12345, "payer_refund": 345, "currency": "CNY"},
}


@pytest.fixture
def transaction() -> dict[str, Any]:
    return dict(TRANSACTION)


@pytest.fixture
def refund_object() -> dict[str, Any]:
    return dict(REFUND)


@dataclass(frozen=True)
class Workshop:
    """What makes certificates and seals, and the names of the fakes."""

    certificate = staticmethod(certificate)
    seal = staticmethod(seal)
    mchid: str = MCHID
    appid: str = APPID
    key_id: str = KEY_ID
    apiv3_key: bytes = APIV3_KEY


@pytest.fixture
def shop() -> Workshop:
    return Workshop()
