"""The rows of a login, as SQLAlchemy sees them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: TIMESTAMP(timezone=True),
        bytes: LargeBinary,
        int: BigInteger,
        str: Text,
        dict[str, Any]: JSONB,
    }


class Subject(Base):
    __tablename__ = "subject"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class Alias(Base):
    __tablename__ = "alias"
    app_id: Mapped[int] = mapped_column(primary_key=True)
    openid_index: Mapped[bytes] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    openid_sealed: Mapped[bytes]
    named_at: Mapped[datetime]


class Session(Base):
    __tablename__ = "session"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    subject_id: Mapped[int]
    app_id: Mapped[int]
    session_key_sealed: Mapped[bytes]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    subject_id: Mapped[int]
    body: Mapped[dict[str, Any]]
