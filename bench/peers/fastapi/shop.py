"""The peer's shop beside its login: order, open the cashier, take WeChat Pay's notification, give points.

One session and one transaction for a request (two where WeChat Pay is asked in between), rows locked before they are
changed, the parcel's recipient sealed and findable, the notification verified and opened. `MERCHANT_KEY`,
`PLATFORM_KEY` (PEM), `APIV3_KEY` and `PAY_BASE` say the rest.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from main import INDEX_KEY, app, database, open_session, seal
from models import Log, Session
from pydantic import BaseModel, Field
from shop_models import Article, Entry, Event, Line, Lot, Member, Payment, Posting, Purchase, Reservation, Stock
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

APP, MCHID, SERIAL = os.environ["APP"], os.environ["MCHID"], "A" * 40
MERCHANT_KEY: Any = load_pem_private_key(os.environ["MERCHANT_KEY"].encode(), None)
PLATFORM_KEY: Any = load_pem_public_key(os.environ["PLATFORM_KEY"].encode())
APIV3 = AESGCM(os.environ["APIV3_KEY"].encode())
PAY_WITHIN = timedelta(minutes=30)
CLOCK_S = 300
Database = Annotated[AsyncSession, Depends(database, scope="function")]
login_lifespan = app.router.lifespan_context


@asynccontextmanager
async def lifespan(served: FastAPI) -> AsyncIterator[None]:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with login_lifespan(served), httpx.AsyncClient(base_url=os.environ["PAY_BASE"], limits=limits) as client:
        served.state.pay = client
        yield


app.router.lifespan_context = lifespan


class Wanted(BaseModel):
    sku: str = Field(max_length=64)
    quantity: int = Field(ge=1, le=99)


class Destination(BaseModel):
    recipient: str = Field(min_length=1, max_length=80)
    phone: str = Field(min_length=5, max_length=32)
    province: str = Field(max_length=80)
    city: str = Field(max_length=80)
    district: str = Field(default="", max_length=80)
    street: str = Field(max_length=200)
    postcode: str = Field(default="", pattern="^([0-9]{6})?$")


class OrderRequest(BaseModel):
    expected_fen: int
    lines: list[Wanted] = Field(min_length=1, max_length=50)
    destination: Destination


class OrderAnswer(BaseModel):
    id: str
    state: str


async def shopper(session: Database, authorization: Annotated[str, Header()]) -> int:
    """Whose token this is."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).digest()
    found = await session.get(Session, digest)
    if found is None or found.expires_at < datetime.now(UTC):
        raise HTTPException(401)
    return found.subject_id


Shopper = Annotated[int, Depends(shopper, scope="function")]


@app.post("/v1/orders", status_code=201)
async def place(body: OrderRequest, session: Database, subject: Shopper) -> OrderAnswer:
    """Price, hold the stock, write the order."""
    now, wanted = datetime.now(UTC), {line.sku: line.quantity for line in body.lines}
    await session.get(Member, subject)  # its tier may change the price
    articles = {one.sku: one for one in await session.scalars(select(Article).where(Article.sku.in_(wanted)))}
    if len(articles) < len(wanted):
        raise HTTPException(404)
    total_fen = sum(articles[sku].list_fen * quantity for sku, quantity in wanted.items())
    if total_fen != body.expected_fen:
        raise HTTPException(409)
    held = select(Stock).where(Stock.sku.in_(wanted)).order_by(Stock.sku).with_for_update()
    for stock in await session.scalars(held):
        if stock.on_hand - stock.reserved < wanted[stock.sku]:
            raise HTTPException(409)
        stock.reserved += wanted[stock.sku]
    order, to = f"ord_{uuid.uuid4().hex}", body.destination
    purchase = Purchase(
        id=order, subject_id=subject, state="awaiting_payment", total_fen=total_fen, paid_fen=0,
        recipient_sealed=seal(to.recipient.encode()), recipient_index=index(to.recipient),
        phone_sealed=seal(to.phone.encode()), phone_index=index(to.phone),
        address_sealed=seal(to.model_dump_json(exclude={"recipient", "phone"}).encode()),
        placed_at=now, pay_by_at=now + PAY_WITHIN,
    )  # fmt: skip
    session.add(purchase)
    await session.flush()
    for number, (sku, quantity) in enumerate(wanted.items(), 1):
        article = articles[sku]
        session.add(
            Line(
                purchase_id=order, number=number, sku=sku, title=article.title_zh, category=article.category,
                quantity=quantity, due_fen=article.list_fen * quantity,
            )
        )  # fmt: skip
    session.add(Reservation(purchase_id=order, state="held", expires_at=now + PAY_WITHIN))
    session.add(Log(at=now, kind="order.placed", subject_id=subject, body={"order": order, "total_fen": total_fen}))
    return OrderAnswer(id=order, state="awaiting_payment")


@app.post("/v1/orders/{order}/payment")
async def open_payment(order: str, request: Request, session: Database, subject: Shopper) -> dict[str, str]:
    """The attempt, WeChat Pay's order, and what the mini-program needs to open the cashier."""
    purchase = await session.get(Purchase, order, with_for_update=True)
    if purchase is None or purchase.subject_id != subject or purchase.state != "awaiting_payment":
        raise HTTPException(409)
    payment = Payment(
        id=uuid.uuid4().hex, purchase_id=order, amount_fen=purchase.total_fen, state="intended",
        created_at=datetime.now(UTC),
    )  # fmt: skip
    session.add(payment)
    await session.commit()
    prepay_id = await prepay(request.app.state.pay, payment)
    async with open_session() as second, second.begin():
        again = await second.get_one(Payment, payment.id)
        again.state, again.prepay_id = "ready", prepay_id
    stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
    signed = sign(f"{APP}\n{stamp}\n{nonce}\n{package}\n".encode())
    return {"timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA", "paySign": signed}


async def prepay(client: httpx.AsyncClient, payment: Payment) -> str:
    target = "/v3/pay/transactions/jsapi"
    told = {
        "appid": APP, "mchid": MCHID, "description": "order", "out_trade_no": payment.id, "notify_url": "https://x.test",
        "amount": {"total": payment.amount_fen, "currency": "CNY"}, "payer": {"openid": "o" * 28},
    }  # fmt: skip
    body, stamp, nonce = json.dumps(told).encode(), str(int(time.time())), secrets.token_hex(16)
    signature = sign(f"POST\n{target}\n{stamp}\n{nonce}\n".encode() + body + b"\n")
    authorization = (
        f'WECHATPAY2-SHA256-RSA2048 mchid="{MCHID}",nonce_str="{nonce}",timestamp="{stamp}",'
        f'serial_no="{SERIAL}",signature="{signature}"'
    )
    headers = {"authorization": authorization, "content-type": "application/json"}
    answer = await client.post(target, content=body, headers=headers)
    check(answer.headers, answer.content)
    return str(answer.json()["prepay_id"])


@app.post("/hooks/wechatpay", status_code=204)
async def paid(request: Request, session: Database) -> None:
    """Verified and opened; the order is paid, its stock sold, its points given. Twice does no harm."""
    body = await request.body()
    check(request.headers, body)
    sealed = json.loads(body)["resource"]
    text = APIV3.decrypt(
        sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode()
    )
    told, now = json.loads(text), datetime.now(UTC)
    payment = await session.get(Payment, told["out_trade_no"], with_for_update=True)
    if payment is None or told["amount"]["total"] != payment.amount_fen or told["trade_state"] != "SUCCESS":
        raise HTTPException(409)
    if payment.transaction_id is not None:
        return
    purchase = await session.get_one(Purchase, payment.purchase_id, with_for_update=True)
    paid_at = datetime.fromisoformat(told["success_time"])
    payment.state, payment.transaction_id, payment.paid_at = "paid", told["transaction_id"], paid_at
    purchase.state, purchase.paid_fen, purchase.paid_at = "paid", payment.amount_fen, paid_at
    reservation = await session.get_one(Reservation, purchase.id)
    reservation.state = "confirmed"
    session.add(Event(purchase_id=purchase.id, act="pay", at=now))
    session.add(Log(at=now, kind="order.paid", subject_id=purchase.subject_id, body={"order": purchase.id}))
    lines = list(await session.scalars(select(Line).where(Line.purchase_id == purchase.id)))
    await give_points(session, purchase, lines, now)


async def give_points(session: AsyncSession, purchase: Purchase, lines: list[Line], now: datetime) -> None:
    """A posting in double entry, into the lot that ends with the month in two years."""
    member = await session.get(Member, purchase.subject_id, with_for_update=True)
    if member is None:
        return
    points = sum(line.due_fen for line in lines) // 100
    expires_at = datetime(now.year + 2 + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    into = insert(Lot).values(subject_id=member.subject_id, expires_at=expires_at, left_points=points)
    lot = await session.scalar(
        into.on_conflict_do_update(
            index_elements=["subject_id", "expires_at"], set_={"left_points": Lot.left_points + points}
        ).returning(Lot.id)
    )
    posting = f"pst_{uuid.uuid4().hex}"
    session.add(
        Posting(
            id=posting, subject_id=member.subject_id, reference=purchase.id, points=points,
            explanation={"reason": "amount", "points": points}, posted_at=now,
        )
    )  # fmt: skip
    await session.flush()
    for number, (account, sign_of, of) in enumerate((("member", 1, lot), ("issued", -1, None)), 1):
        session.add(
            Entry(
                posting_id=posting, number=number, account=account, subject_id=member.subject_id, lot_id=of,
                points=sign_of * points,
            )
        )  # fmt: skip
    member.points += points
    session.add(Log(at=now, kind="points.earned", subject_id=member.subject_id, body={"points": points}))


def check(headers: Any, body: bytes) -> None:
    """Is it WeChat Pay's, and fresh?"""
    stamp, nonce = headers["wechatpay-timestamp"], headers["wechatpay-nonce"]
    if abs(time.time() - int(stamp)) > CLOCK_S:
        raise HTTPException(401)
    try:
        signature = base64.b64decode(headers["wechatpay-signature"])
        PLATFORM_KEY.verify(signature, f"{stamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise HTTPException(401) from None


def sign(message: bytes) -> str:
    return base64.b64encode(MERCHANT_KEY.sign(message, PKCS1v15(), SHA256())).decode()


def index(value: str) -> bytes:
    return hmac.digest(INDEX_KEY, value.encode(), "sha256")[:16]
