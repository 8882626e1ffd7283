"""The peer most teams would write: FastAPI, SQLAlchemy 2 on asyncpg, httpx.

One client and one engine for the process, one session and one transaction for a request, secrets from the environment,
uvicorn's access log. `PG*` variables say where PostgreSQL is; `WECHAT_BASE`, `APP_SECRET`, `INDEX_KEY` the rest.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, FastAPI, HTTPException, Request
from models import Alias, Log, Session, Subject
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

APP_ID = 1
INDEX_KEY = bytes.fromhex(os.environ["INDEX_KEY"])
CIPHER = AESGCM(bytes.fromhex(os.environ["SEAL_KEY"]))
SESSION_DAYS = 30

engine = create_async_engine("postgresql+asyncpg://", pool_size=16, max_overflow=0)
open_session = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=os.environ["WECHAT_BASE"], limits=limits, timeout=5.0) as client:
        app.state.wechat = client
        yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan, openapi_url=None)


class LoginRequest(BaseModel):
    code: str = Field(min_length=1, max_length=128)


class LoginAnswer(BaseModel):
    token: str
    expires_at: datetime


async def database() -> AsyncIterator[AsyncSession]:
    async with open_session() as session, session.begin():
        yield session


@app.post("/v1/login", status_code=201)
async def login(
    body: LoginRequest, request: Request, session: Annotated[AsyncSession, Depends(database, scope="function")]
) -> LoginAnswer:
    """Exchange the code, find or enrol the person, open a session, write the log. Committed before the answer."""
    openid, session_key = await code2session(request.app.state.wechat, body.code)
    now = datetime.now(UTC)
    subject = await find_or_enrol(session, openid, now)
    subject.last_seen_at = now
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=SESSION_DAYS)
    session.add(
        Session(
            token_hash=hashlib.sha256(token.encode()).digest(),
            subject_id=subject.id,
            app_id=APP_ID,
            session_key_sealed=seal(session_key),
            opened_at=now,
            expires_at=expires_at,
        )
    )
    session.add(Log(at=now, kind="login", subject_id=subject.id, body={"app": APP_ID, "subject": subject.id}))
    return LoginAnswer(token=token, expires_at=expires_at)


async def code2session(wechat: httpx.AsyncClient, code: str) -> tuple[str, bytes]:
    params = {
        "appid": os.environ["APP"],
        "secret": os.environ["APP_SECRET"],
        "js_code": code,
        "grant_type": "authorization_code",
    }
    answer = (await wechat.get("/sns/jscode2session", params=params)).json()
    if answer.get("errcode", 0):
        raise HTTPException(401, detail=f"wechat {answer['errcode']}")
    return answer["openid"], base64.b64decode(answer["session_key"])


async def find_or_enrol(session: AsyncSession, openid: str, now: datetime) -> Subject:
    index = hmac.digest(INDEX_KEY, openid.encode(), "sha256")[:16]
    found = select(Subject).join(Alias, Alias.subject_id == Subject.id)
    known = await session.scalar(found.where(Alias.app_id == APP_ID, Alias.openid_index == index))
    if known is not None:
        return known
    subject = Subject(enrolled_at=now, last_seen_at=now)
    session.add(subject)
    await session.flush()
    sealed = seal(openid.encode())
    session.add(Alias(app_id=APP_ID, openid_index=index, subject_id=subject.id, openid_sealed=sealed, named_at=now))
    return subject


def seal(value: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + CIPHER.encrypt(nonce, value, None)
