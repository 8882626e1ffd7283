"""What happens to orders. Listeners get ids and numbers, never a personal value."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class AddressesChanged:
    """An address of the person's book was added, changed or removed."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    order: str
    subject: SubjectId
    handler: HandlerId
    total_fen: int


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """It was not paid; what WeChat Pay may still take for it has to be closed there."""

    order: str
    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class OrderPaid:
    order: str
    subject: SubjectId
    handler: HandlerId
    total_fen: int


@dataclass(frozen=True, slots=True)
class ParcelSent:
    """One parcel of an order, perhaps not the last."""

    order: str
    subject: SubjectId
    handler: HandlerId
    parcel: str


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """With `parcel`, the last one, everything is on its way."""

    order: str
    subject: SubjectId
    handler: HandlerId
    parcel: str


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    order: str
    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """`refunded_fen` is what has gone back of the order so far, all refunds together."""

    order: str
    subject: SubjectId
    handler: HandlerId
    refund: str
    amount_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """Money has to go back: somebody sends it."""

    refund: str
    handler: HandlerId
