"""The rows of a shop, as SQLAlchemy sees them."""

from datetime import datetime
from typing import Any

from models import Base
from sqlalchemy import ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column


class Article(Base):
    __tablename__ = "article"
    sku: Mapped[str] = mapped_column(primary_key=True)
    title_en: Mapped[str]
    title_zh: Mapped[str]
    category: Mapped[str]
    list_fen: Mapped[int]


class Stock(Base):
    __tablename__ = "stock"
    sku: Mapped[str] = mapped_column(ForeignKey("article.sku"), primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int]


class Purchase(Base):
    __tablename__ = "purchase"
    id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    state: Mapped[str]
    total_fen: Mapped[int]
    paid_fen: Mapped[int]
    recipient_sealed: Mapped[bytes]
    recipient_index: Mapped[bytes]
    phone_sealed: Mapped[bytes]
    phone_index: Mapped[bytes]
    address_sealed: Mapped[bytes]
    placed_at: Mapped[datetime]
    pay_by_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Line(Base):
    __tablename__ = "line"
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    title: Mapped[str]
    category: Mapped[str]
    quantity: Mapped[int]
    due_fen: Mapped[int]


class Reservation(Base):
    __tablename__ = "reservation"
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"), primary_key=True)
    state: Mapped[str]
    expires_at: Mapped[datetime]


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    act: Mapped[str]
    at: Mapped[datetime]


class Payment(Base):
    __tablename__ = "payment"
    id: Mapped[str] = mapped_column(primary_key=True)
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    amount_fen: Mapped[int]
    state: Mapped[str]
    prepay_id: Mapped[str | None]
    transaction_id: Mapped[str | None]
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Member(Base):
    __tablename__ = "member"
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    tier: Mapped[str]
    points: Mapped[int]


class Lot(Base):
    __tablename__ = "lot"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    expires_at: Mapped[datetime]
    left_points: Mapped[int]


class Posting(Base):
    __tablename__ = "posting"
    id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    reference: Mapped[str]
    points: Mapped[int]
    explanation: Mapped[dict[str, Any]]
    posted_at: Mapped[datetime]


class Entry(Base):
    __tablename__ = "entry"
    posting_id: Mapped[str] = mapped_column(ForeignKey("posting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    subject_id: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    points: Mapped[int]
