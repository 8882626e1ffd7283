"""The life of an order as one table: which act leads from which state to which, and who may do it.

A refund leaves the order where its moments say it is (`resting`), so that what was given back in part is still
shipped, received and completed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.work import ActorKind

NOT_POSSIBLE: Final = Code("order.not_possible", 409)


class State(StrEnum):
    """Where an order is."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"


class Act(StrEnum):
    """What may happen to it."""

    PAY = "pay"
    CANCEL = "cancel"
    EXPIRE = "expire"
    PAY_LATE = "pay_late"
    SHIP = "ship"
    RECEIVE = "receive"
    COMPLETE = "complete"
    ASK_REFUND = "ask_refund"
    END_REFUND = "end_refund"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table. More than one target: the order's moments and sums decide (`resting`)."""

    sources: frozenset[State]
    targets: frozenset[State]
    by: frozenset[ActorKind]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an order has been through so far; fen."""

    state: State
    paid_fen: int
    refund_asked_fen: int
    refunded_fen: int
    shipped_at: datetime | None
    received_at: datetime | None
    completed_at: datetime | None


_SHOPPER, _STAFF, _MACHINE, _SYSTEM = ActorKind.SUBJECT, ActorKind.STAFF, ActorKind.MACHINE, ActorKind.SYSTEM
_S = State


def _move(sources: set[State], targets: set[State], *by: ActorKind) -> Move:
    return Move(frozenset(sources), frozenset(targets), frozenset(by))


_LIVING: Final = {_S.PAID, _S.SHIPPED, _S.RECEIVED, _S.COMPLETED, _S.PARTIALLY_REFUNDED}

MOVES: Final[Mapping[Act, Move]] = {
    Act.PAY: _move({_S.AWAITING_PAYMENT}, {_S.PAID}, _SYSTEM, _SHOPPER),
    Act.CANCEL: _move({_S.AWAITING_PAYMENT}, {_S.CANCELLED}, _SHOPPER, _STAFF),
    Act.EXPIRE: _move({_S.AWAITING_PAYMENT}, {_S.CANCELLED}, _SYSTEM),
    Act.PAY_LATE: _move({_S.CANCELLED}, {_S.REFUNDING}, _SYSTEM),
    Act.SHIP: _move({_S.PAID, _S.PARTIALLY_REFUNDED}, {_S.SHIPPED, _S.PARTIALLY_REFUNDED}, _STAFF, _MACHINE),
    Act.RECEIVE: _move(
        {_S.SHIPPED, _S.PARTIALLY_REFUNDED}, {_S.RECEIVED, _S.PARTIALLY_REFUNDED}, _SHOPPER, _STAFF, _SYSTEM
    ),
    Act.COMPLETE: _move({_S.RECEIVED, _S.PARTIALLY_REFUNDED}, {_S.COMPLETED, _S.PARTIALLY_REFUNDED}, _SYSTEM),
    Act.ASK_REFUND: _move(_LIVING | {_S.REFUNDING}, {_S.REFUNDING}, _STAFF, _SYSTEM),
    Act.END_REFUND: _move({_S.REFUNDING}, _LIVING | {_S.REFUNDING, _S.REFUNDED}, _SYSTEM),
}
"""The shopper pays only where nothing is due (`pay` of 0 fen); money is moved by the system on verified truth."""


def check(facts: Facts, act: Act, by: ActorKind) -> None:
    """May that actor do that now? Raises `order.not_possible` with the state and the act."""
    move = MOVES[act]
    if facts.state not in move.sources or by not in move.by or not _in_order(facts, act):
        raise NOT_POSSIBLE(state=facts.state.value, act=act.value)


def target(facts: Facts, act: Act) -> State:
    """The state after the act, whose moments and sums are in `facts` already."""
    move = MOVES[act]
    return next(iter(move.targets)) if len(move.targets) == 1 else resting(facts)


def resting(facts: Facts) -> State:
    """The state that moments and sums of a paid order amount to."""
    if facts.refund_asked_fen > facts.refunded_fen:
        return State.REFUNDING
    if facts.refunded_fen:
        return State.REFUNDED if facts.refunded_fen == facts.paid_fen else State.PARTIALLY_REFUNDED
    if facts.completed_at is not None:
        return State.COMPLETED
    if facts.received_at is not None:
        return State.RECEIVED
    return State.SHIPPED if facts.shipped_at is not None else State.PAID


def _in_order(facts: Facts, act: Act) -> bool:
    """Shipped once, then received once, then completed once, also while a part was given back."""
    match act:
        case Act.SHIP:
            return facts.shipped_at is None
        case Act.RECEIVE:
            return facts.shipped_at is not None and facts.received_at is None
        case Act.COMPLETE:
            return facts.received_at is not None and facts.completed_at is None
        case _:
            return True
