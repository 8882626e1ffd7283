"""Recognise a session token: one query by primary key, remembered for a few seconds in each process.

A revoked session is refused at once by the process that revoked it, and after `CACHE_TTL_S` at the latest by the
others. Nothing that opens anything is remembered: hashes and sealed bytes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.identity import session_store as store
from yumen.customer.identity.tokens import hash_of, is_token, open_session_key
from yumen.kit.db import Conn
from yumen.kit.ids import AppKey, HandlerId, SubjectId

CACHE_TTL_S: Final = 10.0
CACHE_MAX: Final = 10_000
SESSION_IDLE: Final = timedelta(days=30)
SESSION_MAX: Final = timedelta(days=180)
TOUCH_EVERY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A living session. `subject` is the person meant, after merges; `session_key_sealed` fits the token shown."""

    id: str
    subject: SubjectId
    subject_ref: str
    handler: HandlerId
    app: AppKey
    session_key_sealed: bytes | None
    opened_at: datetime
    expires_at: datetime

    def open_session_key(self, token: str) -> str | None:
        """WeChat's session_key, or None when this session has none (a repeated login) or the token is another."""
        return open_session_key(token, self.id, self.session_key_sealed)


class Authenticator:
    """Recognises tokens; one for each process."""

    __slots__ = ("_cache_max", "_known", "_ttl_s")

    def __init__(self, ttl_s: float = CACHE_TTL_S, cache_max: int = CACHE_MAX) -> None:
        self._ttl_s = ttl_s
        self._cache_max = cache_max
        self._known: dict[bytes, tuple[SessionRecord, float]] = {}

    def remembered(self, token: str, now: datetime) -> SessionRecord | None:
        """The session, if this process saw the token a moment ago: no query at all."""
        if not is_token(token):
            return None
        return self._remembered(hash_of(token), now)

    async def authenticate(self, conn: Conn, token: str, now: datetime) -> SessionRecord | None:
        """The living session of a token, or None. Notes once a day that the session is in use."""
        if not is_token(token):
            return None
        token_hash = hash_of(token)
        record = self._remembered(token_hash, now)
        if record is not None:
            return record
        row = await store.find(conn, token_hash, now)
        if row is None:
            return None
        if now - row["used_at"] >= TOUCH_EVERY:
            await store.touch(conn, row["token_hash"], now, min(now + SESSION_IDLE, row["opened_at"] + SESSION_MAX))
        record = _record(row)
        self._remember(token_hash, record)
        return record

    def forget(self, *token_hashes: bytes | None) -> None:
        """Ask the database about these again."""
        for token_hash in token_hashes:
            if token_hash is not None:
                self._known.pop(token_hash, None)

    def forget_all(self) -> None:
        """After a merge: many sessions stand for somebody else now."""
        self._known.clear()

    def _remembered(self, token_hash: bytes, now: datetime) -> SessionRecord | None:
        known = self._known.get(token_hash)
        if known is None:
            return None
        record, until_s = known
        if monotonic() < until_s and now < record.expires_at:
            return record
        del self._known[token_hash]
        return None

    def _remember(self, token_hash: bytes, record: SessionRecord) -> None:
        while len(self._known) >= self._cache_max:
            del self._known[next(iter(self._known))]
        self._known[token_hash] = (record, monotonic() + self._ttl_s)


def _record(row: DictRow) -> SessionRecord:
    return SessionRecord(
        id=row["id"],
        subject=SubjectId(row["person"]),
        subject_ref=row["ref"],
        handler=HandlerId(row["handler_id"]),
        app=AppKey(row["app_id"]),
        session_key_sealed=row["session_key_sealed"] if row["is_current"] else row["previous_key_sealed"],
        opened_at=row["opened_at"],
        expires_at=row["expires_at"],
    )
