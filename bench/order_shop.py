"""A shop to measure: our product as settings describe it, its goods, and people who are members of its club."""

import base64
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from yumen.app.databases import Databases
from yumen.app.wiring import SYSTEM, House, furnished
from yumen.customer import catalog, identity
from yumen.customer.identity.enrolment import take_in
from yumen.customer.identity.login import doorkeeper
from yumen.customer.loyalty import card
from yumen.kit.db import Role
from yumen.kit.ids import HandlerId
from yumen.kit.settings import (
    App,
    Brand,
    DatabaseSettings,
    Handler,
    KeysSettings,
    Merchant,
    Secret,
    ServerSettings,
    Settings,
    TrailSettings,
)
from yumen.kit.work import Actor, ActorKind
from yumen.wechat import Session

APPID, MCHID, KEY_ID = "wx" + "0123456789abcdef", "1900000001", "PUB_KEY_ID_0000000001"
APIV3_KEY = b"0123456789abcdef0123456789abcdef"
PIECES = 50_000_000
UNLIMITED = 1_000_000_000
EARNING = {"points": 1, "per_fen": 100}


@dataclass(frozen=True)
class Keys:
    """The merchant's key and WeChat Pay's, both PEM; made once for a run."""

    merchant: str
    platform: str

    @classmethod
    def made(cls) -> "Keys":
        return cls(*(_pem(rsa.generate_private_key(65_537, 2_048)) for _ in range(2)))


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def settings_of(urls: Mapping[str, str], folder: Path, keys: Keys, pay_url: str = "http://127.0.0.1:9") -> Settings:
    """Settings over these databases; `pay_url` stands for WeChat Pay."""
    return Settings(
        handler={"bench": Handler(name="Bench")},
        brand={"bench": Brand(handler="bench", name="Bench")},
        app={"bench": App(brand="bench", appid=APPID, secret=Secret("0" * 32))},
        merchant={
            "bench": Merchant(
                apps=("bench",), mchid=MCHID, serial="A" * 40, private_key=Secret(keys.merchant),
                apiv3_key=Secret(APIV3_KEY.decode()), public_key_id=KEY_ID,
                public_key=Secret(public_pem(keys.platform)), base_urls=(pay_url,),
            )
        },
        database=DatabaseSettings(pool_max=8, **{role: Secret(url) for role, url in urls.items()}),  # type: ignore[arg-type]
        keys=KeysSettings(folder=folder / "kms"),
        trail=TrailSettings(publish_folder=folder / "published"),
        server=ServerSettings(subject_per_minute_max=UNLIMITED, address_per_minute_max=UNLIMITED),
    )  # fmt: skip


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The wired product, without its servers."""
    named = settings.database
    urls = {Role(name): getattr(named, name).reveal() for name in ("owner", "app", "sequencer", "staff")}
    urls |= {Role.KEYS: named.keys.reveal(), Role.KEYS_OWNER: named.keys_owner.reveal()}
    async with furnished(settings, Databases(urls, urls[Role.APP])) as house:
        yield house


async def fill(house: House, people: int, name_of: Callable[[int], str] | None = None) -> None:
    """Goods without end, a club with earning rules, and so many members; their numbers are 1…people.

    `name_of` gives their openids.
    """
    async with house.work.begin(SYSTEM) as uow:
        handler = (await identity.handlers.numbers(uow.conn))["bench"]
    async with house.work.begin(Actor(ActorKind.SYSTEM, "cli", handler)) as uow:
        await catalog.seed.sow(uow, "bench")
    async with await house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute("update catalog.stock set on_hand = %s", [PIECES])
        await owner.execute(
            "insert into loyalty.program (handler_id, kind, version, body, body_hash, starts_at,"
            " proposed_by, proposed_at, adopted_at)"
            " values (%s, 'earning', 1, %s, sha256('bench'), '2020-01-01', 'bench', now(), now())",
            [handler, json.dumps(EARNING)],
        )
    app = house.work.use(identity.Apps).named(APPID)
    logins = house.work.use(identity.Logins)
    for number in range(people):
        arrival = logins.arrive(
            app, Session((name_of or openid_of)(number), secrets.token_urlsafe(16), ""), "bench", None
        )
        async with house.work.begin(doorkeeper(handler)) as uow:
            known, _ = await take_in(uow, arrival)
            await card.enrol(uow, known.subject)
    async with await house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute("vacuum analyze")


async def stock(house: House, sku: str, pieces: int) -> None:
    """So many pieces of this article, and no more."""
    async with await house.database.connect(Role.OWNER, autocommit=True) as owner:
        query = "update catalog.stock set on_hand = %s where sku_id = (select id from catalog.sku where ref = %s)"
        await owner.execute(query, (pieces, sku))


def openid_of(number: int) -> str:
    return f"oBench{number:022d}"


async def people_of(house: House) -> list[int]:
    async with await house.database.connect(Role.OWNER) as owner:
        return [
            row["id"] for row in await (await owner.execute("select id from identity.subject order by id")).fetchall()
        ]


async def skus_of(house: House, count: int) -> list[str]:
    async with await house.database.connect(Role.OWNER) as owner:
        found = await owner.execute("select ref from catalog.sku order by id limit %s", [count])
        return [row["ref"] for row in await found.fetchall()]


def handler_of(house: House) -> HandlerId:
    return house.work.use(identity.Apps).named(APPID).handler


def paid_notice(
    platform: rsa.RSAPrivateKey, number: str, transaction: str, fen: int, openid: str
) -> tuple[dict[str, str], bytes]:
    """WeChat Pay's notification of a payment: sealed, signed."""
    plain = {
        "appid": APPID, "mchid": MCHID, "out_trade_no": number, "transaction_id": transaction, "trade_type": "JSAPI",
        "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "OTHERS",
        "success_time": datetime.now(UTC).isoformat(timespec="seconds"), "payer": {"openid": openid},
        "amount": {"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"},
    }  # fmt: skip
    nonce = os.urandom(6).hex()
    sealed = AESGCM(APIV3_KEY).encrypt(nonce.encode(), msgspec.json.encode(plain), b"transaction")
    body = msgspec.json.encode(
        {
            "id": os.urandom(16).hex(), "create_time": plain["success_time"], "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource", "summary": "",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": "transaction", "nonce": nonce, "original_type": "transaction",
            },
        }
    )  # fmt: skip
    stamp, word = str(int(time.time())), os.urandom(8).hex()
    signature = platform.sign(f"{stamp}\n{word}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256())
    headers = {
        "wechatpay-timestamp": stamp, "wechatpay-nonce": word, "wechatpay-serial": KEY_ID,
        "wechatpay-signature": base64.b64encode(signature).decode(), "request-id": word,
    }  # fmt: skip
    return headers, body


def public_pem(pem: str) -> str:
    """The public half of a private key, both PEM."""
    public = private_key(pem).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_key(pem: str) -> rsa.RSAPrivateKey:
    """The key of a PEM text."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
