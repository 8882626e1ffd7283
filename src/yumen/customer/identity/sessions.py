"""Rotate, list and end sessions; answer a repeated login with the session it already opened.

The token before a rotation stays good for `OVERLAP`, so that a lost answer logs nobody out: who rotates again with it
replaces the token that never arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.identity import session_store as store
from yumen.customer.identity.authentication import Authenticator
from yumen.customer.identity.tokens import hash_of, new_token, open_session_key, seal_session_key
from yumen.kit.errors import Code
from yumen.kit.ids import AppKey, SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

NOT_FOUND: Final = Code("session.not_found", 404)
ENDED: Final = Code("session.ended", 401)
OVERTAKEN: Final = Code("session.overtaken", 409)

ROTATED: Final = trail.LeafKind("session.rotated", "session", "app", "repeat")
CLOSED: Final = trail.LeafKind("session.closed", "session")
ALL_CLOSED: Final = trail.LeafKind("session.all_closed", "sessions")

OVERLAP: Final = timedelta(seconds=60)
REPEAT_WITHIN: Final = timedelta(minutes=10)
"""How long a repeated login may ask for the session of the first; a login code lives 5 minutes (WeChat, wx.login)."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A session with the token that was just made for it. The token is shown once and stored nowhere."""

    session: str
    token: str
    subject_ref: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Device:
    """One logged-in device, as its owner may see it. `device` is a class such as `ios-8.0`, never a user agent."""

    session: str
    app: AppKey
    device: str | None
    opened_at: datetime
    used_at: datetime
    expires_at: datetime


@recorded
async def rotate(uow: UnitOfWork, token: str) -> Fresh:
    """Give the session of this token a fresh one. Raises `session.ended`, `session.overtaken` (another was faster)."""
    row = await store.find(uow.conn, hash_of(token), uow.now)
    if row is None:
        raise ENDED()
    sealed = row["session_key_sealed"] if row["is_current"] else row["previous_key_sealed"]
    fresh = await _replace(uow, row, hash_of(token), sealed, open_session_key(token, row["id"], sealed))
    await trail.record(uow, ROTATED.name, SubjectId(row["person"]), session=row["id"], app=row["app_id"], repeat=False)
    return fresh


@recorded
async def repeat(uow: UnitOfWork, repeat_index: bytes) -> Fresh | None:
    """The session which the same login request opened moments ago, with a fresh token; None when there is none.

    It has no session_key: that was sealed under the first token. Who needs it logs in with a new code.
    """
    row = await store.find_repeated(uow.conn, repeat_index, uow.now - REPEAT_WITHIN)
    if row is None or row["expires_at"] <= uow.now:
        return uow.unchanged(None)
    fresh = await _replace(uow, row, row["token_hash"], row["session_key_sealed"], None)
    await trail.record(uow, ROTATED.name, SubjectId(row["person"]), session=row["id"], app=row["app_id"], repeat=True)
    return fresh


async def _replace(
    uow: UnitOfWork, row: DictRow, kept: bytes, kept_key_sealed: bytes | None, session_key: str | None
) -> Fresh:
    token = new_token()
    key_sealed = None if session_key is None else seal_session_key(token, row["id"], session_key)
    done = await store.rotate(
        uow.conn, row["token_hash"], hash_of(token), key_sealed, kept, kept_key_sealed, uow.now + OVERLAP
    )
    if not done:
        raise OVERTAKEN()
    uow.use(Authenticator).forget(row["token_hash"], kept)
    return Fresh(row["id"], token, row["ref"], row["expires_at"])


@recorded
async def close(uow: UnitOfWork, subject: SubjectId, session: str) -> str:
    """End one session of the person. Raises `session.not_found`."""
    gone = await store.revoke(uow.conn, subject, session)
    if not gone:
        raise NOT_FOUND()
    _forget(uow, gone)
    await trail.record(uow, CLOSED.name, subject, session=session)
    return session


@recorded
async def close_all(uow: UnitOfWork, subject: SubjectId) -> int:
    """End every session of the person; answers how many there were."""
    gone = await store.revoke(uow.conn, subject, None)
    if not gone:
        return uow.unchanged(0)
    _forget(uow, gone)
    await trail.record(uow, ALL_CLOSED.name, subject, sessions=len(gone))
    return len(gone)


async def list_devices(uow: UnitOfWork, subject: SubjectId) -> Sequence[Device]:
    """Where the person is logged in, the last used first, at most `SESSIONS_MAX`."""
    rows = await store.list_of(uow.conn, subject, uow.now)
    return [
        Device(row["id"], AppKey(row["app_id"]), row["device"], row["opened_at"], row["used_at"], row["expires_at"])
        for row in rows
    ]


async def forget_ended(uow: UnitOfWork) -> int:
    """Delete sessions whose end has passed, of all handlers; answers how many. Their ends were no act of anybody."""
    return await store.delete_ended(uow.conn, uow.now)


def _forget(uow: UnitOfWork, gone: Sequence[DictRow]) -> None:
    authenticator = uow.use(Authenticator)
    for row in gone:
        authenticator.forget(row["token_hash"], row["previous_hash"])
