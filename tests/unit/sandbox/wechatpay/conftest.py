"""A running sandbox with one merchant, a backend that signs as a merchant does, and a receiver of notifications."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.records import Merchant
from yumen.sandbox.wechatpay.server import Addresses, Options, running

WINDOW_S = 300


@dataclass
class Answered:
    """One answer of the API, with what a verifier thinks of it."""

    status: int
    headers: Any
    body: bytes
    signed: bool

    @property
    def json(self) -> dict:
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        return self.json.get("code", "")


@dataclass
class Backend:
    """A merchant's server: signs, calls, verifies. Its reading of the rules is its own."""

    session: aiohttp.ClientSession
    base: str
    merchant: Merchant
    public_keys: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = serialization.load_pem_private_key(self.merchant.private_pem.encode(), None)
        if self.merchant.public_key_pem:
            public = serialization.load_pem_public_key(self.merchant.public_key_pem.encode())
            self.public_keys[self.merchant.public_key_id] = public

    def sign(self, message: str) -> str:
        return base64.b64encode(self.key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()

    def authorization(self, method: str, target: str, body: str, **other: str) -> str:
        parts = {
            "mchid": self.merchant.mchid,
            "nonce_str": secrets.token_hex(16),
            "timestamp": str(int(time.time())),
            "serial_no": self.merchant.serial_no,
        } | other
        lines = (method, target, parts["timestamp"], parts["nonce_str"], body)
        parts.setdefault("signature", self.sign("".join(f"{line}\n" for line in lines)))
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in parts.items())

    def headers(self, method: str, target: str, body: str = "", **other: str) -> dict[str, str]:
        headers = {
            "Authorization": self.authorization(method, target, body, **other),
            "Accept": "application/json",
            "User-Agent": "test",
        }
        if method == "POST":
            headers["Content-Type"] = "application/json"
        if self.merchant.public_key_id:
            headers["Wechatpay-Serial"] = self.merchant.public_key_id
        return headers

    async def call(self, method: str, target: str, body: object = None, **more: str) -> Answered:
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        headers = self.headers(method, target, text)
        for name, value in more.items():
            headers[name.replace("_", "-")] = value
        return await self.send(method, target, text, headers)

    async def send(self, method: str, target: str, text: str, headers: dict[str, str]) -> Answered:
        skip = [name for name in ("User-Agent", "Accept", "Content-Type") if name not in headers]
        from yarl import URL

        async with self.session.request(
            method,
            URL(self.base + target, encoded=True),
            data=text.encode() or None,
            headers=headers,
            skip_auto_headers=skip,
        ) as answer:
            content = await answer.read()
            return Answered(answer.status, answer.headers, content, self.verifies(answer.headers, content))

    def verifies(self, headers: Any, body: bytes) -> bool:
        """What a correct verifier says."""
        try:
            stamp, nonce = headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"]
            signature = base64.b64decode(headers["Wechatpay-Signature"], validate=True)
            key = self.public_keys[headers["Wechatpay-Serial"]]
            key.verify(signature, f"{stamp}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256())
        except (KeyError, ValueError, InvalidSignature):
            return False
        return abs(time.time() - int(stamp)) < WINDOW_S

    async def learn_certificates(self) -> list[str]:
        """Download, decrypt and keep them; answers the serials."""
        data = (await self.call("GET", "/v3/certificates")).json["data"]
        for one in data:
            sealed = one["encrypt_certificate"]
            pem = self.opened(sealed["ciphertext"], sealed["nonce"], sealed["associated_data"])
            certificate = x509.load_pem_x509_certificate(pem)
            assert f"{certificate.serial_number:X}" == one["serial_no"]
            self.public_keys[one["serial_no"]] = certificate.public_key()
        return [one["serial_no"] for one in data]

    def opened(self, ciphertext: str, nonce: str, associated: str) -> bytes:
        cipher = AESGCM(self.merchant.apiv3_key.encode())
        return cipher.decrypt(nonce.encode(), base64.b64decode(ciphertext), associated.encode())

    def order(self, **more: Any) -> dict:
        return {
            "appid": self.merchant.appids[0],
            "mchid": self.merchant.mchid,
            "description": "羊绒围巾, 红色",
            "out_trade_no": "T" + secrets.token_hex(8),
            "notify_url": "https://shop.example/hooks/wechatpay",
            "amount": {"total": 9900, "currency": "CNY"},
            "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        } | more

    async def place(self, **more: Any) -> dict:
        """An order that was accepted; answers its body."""
        body = self.order(**more)
        answer = await self.call("POST", "/v3/pay/transactions/jsapi", body)
        assert answer.status == 200, answer.body.decode()
        return body | answer.json

    async def query(self, number: str) -> Answered:
        return await self.call("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.merchant.mchid}")

    async def close(self, number: str) -> Answered:
        target = f"/v3/pay/transactions/out-trade-no/{number}/close"
        return await self.call("POST", target, {"mchid": self.merchant.mchid})

    async def refund(self, number: str, fen: int, total: int = 9900, name: str = "", **more: Any) -> Answered:
        body = {
            "out_trade_no": number,
            "out_refund_no": name or "R" + secrets.token_hex(8),
            "notify_url": "https://shop.example/hooks/refund",
            "amount": {"refund": fen, "total": total, "currency": "CNY"},
        } | more
        return await self.call("POST", "/v3/refund/domestic/refunds", body)

    async def download(self, target: str) -> bytes:
        """A bill's file, its hash checked."""
        asked = (await self.call("GET", target)).json
        link = asked["download_url"].removeprefix(self.base)
        content = (await self.call("GET", link)).body
        assert asked["hash_type"] == "SHA1"
        if "tartype" not in link:
            assert hashlib.sha1(content).hexdigest() == asked["hash_value"]
        return content


@dataclass
class Shop:
    """What receives notifications; `status` is what it answers to good ones."""

    url: str
    backend: Backend
    status: int = 204
    heard: list[dict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.backend.verifies(request.headers, body):
            self.refused.append(request.headers.get("Wechatpay-Signature", ""))
            return web.json_response({"code": "FAIL", "message": "signature"}, status=401)
        said = msgspec.json.decode(body)
        sealed = said["resource"]
        said["opened"] = msgspec.json.decode(
            self.backend.opened(sealed["ciphertext"], sealed["nonce"], sealed["associated_data"])
        )
        said["path"] = request.path
        self.heard.append(said)
        return web.Response(status=self.status)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(state=tmp_path / "wechatpay.sqlite")


@pytest.fixture
async def sandbox(options: Options) -> AsyncIterator[Addresses]:
    async with running(options) as addresses:
        yield addresses


@pytest.fixture
async def admin(sandbox: Addresses) -> AsyncIterator[Admin]:
    async with Admin(sandbox.admin) as client:
        yield client


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def backend_of() -> type[Backend]:
    """For tests that run a sandbox of their own."""
    return Backend


@pytest.fixture(scope="session")
def merchant_key() -> tuple[str, str]:
    """The private and the public half of a merchant's key, made once."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.decode(), key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
async def backend(
    sandbox: Addresses, admin: Admin, session: aiohttp.ClientSession, merchant_key: tuple[str, str]
) -> Backend:
    private, public = merchant_key
    merchant = await admin.create_merchant(certificate_pem=public, serial_no=secrets.token_hex(20).upper())
    merchant.private_pem = private
    return Backend(session, sandbox.api, merchant)


@pytest.fixture
async def shop(backend: Backend, admin: Admin) -> AsyncIterator[Shop]:
    shop = Shop("", backend)
    app = web.Application()
    app.router.add_post("/{tail:.*}", shop.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    shop.url = f"http://127.0.0.1:{port}"
    await admin.change_merchant(backend.merchant.mchid, deliver_to=shop.url)
    yield shop
    await runner.cleanup()
