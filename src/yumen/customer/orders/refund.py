"""Pay back, all or a part, until it is settled; never more than was paid, never twice.

`ask` books the refund in the order's own unit; `send` carries it to WeChat Pay and asks what became of it, as often as
needed: an unknown outcome is asked before anything is sent again, and always under the same number. A refund that
WeChat Pay closed is followed by one of a new number (the money is still owed); an abnormal one waits for a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from yumen.customer.orders import payment_store, progress, refund_store, store
from yumen.customer.orders.events import OrderRefunded, RefundAsked
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.payment_store import Payment
from yumen.customer.orders.quote import share_fen
from yumen.customer.orders.refund_store import Refund
from yumen.customer.orders.states import Act
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import ActorKind, UnitOfWork, recorded
from yumen.security import trail
from yumen.wechat.pay import RefundState

TOO_MUCH: Final = Code("refund.too_much", 409)
AMOUNT_UNFIT: Final = Code("refund.amount_unfit", 422)
PIECES_UNFIT: Final = Code("refund.pieces_unfit", 422)
TOO_OLD: Final = Code("refund.too_old", 409)
TOO_MANY: Final = Code("refund.too_many", 409)
NOT_FOUND: Final = Code("refund.not_found", 404)
UNFIT: Final = Code("refund.report_unfit", 409)

ASKED: Final = trail.LeafKind("refund.asked", "order", "refund", "amount_fen", "cause")
DONE: Final = trail.LeafKind("refund.done", "order", "refund", "amount_fen")
FAILED: Final = trail.LeafKind("refund.failed", "order", "refund", "followed")

YEAR: Final = timedelta(days=365)
"""WeChat Pay pays back for so long after the payment."""
REFUNDS_MAX: Final = 50
APART: Final = timedelta(seconds=61)
"""Refunds of one order have to be at least a minute apart (申请退款)."""
FOLLOWERS_MAX: Final = 5
PROCESSING_WAIT: Final = timedelta(minutes=5)
ABNORMAL_WAIT: Final = timedelta(hours=6)

Pieces = Mapping[int, int]


async def ask(
    uow: UnitOfWork,
    order: Purchase,
    amount_fen: int,
    cause: str,
    pieces: Pieces,
    *,
    restock: bool,
    by: ActorKind = ActorKind.SYSTEM,
) -> str:
    """Owe the shopper so much of a locked order; answers the refund's id. Pieces are line number to pieces.

    Raises `refund.amount_unfit`, `refund.too_much` (with what is left), `refund.too_old`, `refund.too_many`,
    `order.not_possible`.
    """
    left_fen = order.facts.paid_fen - order.facts.refund_asked_fen
    if amount_fen <= 0:
        raise AMOUNT_UNFIT(at="/amount_fen")
    if amount_fen > left_fen:
        raise TOO_MUCH(at="/amount_fen", left_fen=left_fen)
    if order.paid_at is None or uow.now - order.paid_at >= YEAR:
        raise TOO_OLD(days=YEAR.days)
    if len(await refund_store.list_of(uow.conn, order.id)) >= REFUNDS_MAX:
        raise TOO_MANY(refunds_max=REFUNDS_MAX)
    paid = next(one for one in await payment_store.list_of(uow.conn, order.id) if one.state == "paid")
    await progress.move(uow, order, Act.ASK_REFUND, by=by, asked_fen=amount_fen)
    return await book(uow, order, paid, amount_fen, cause, pieces, restock=restock)


@recorded
async def book(
    uow: UnitOfWork,
    order: Purchase,
    paid: Payment,
    amount_fen: int,
    cause: str,
    pieces: Pieces,
    *,
    restock: bool = False,
    surplus: bool = False,
) -> str:
    """Write the refund down, to be sent. `surplus` is money that never belonged to the order."""
    refund = Refund(
        new_id("ref"), order.id, paid.id, uow.handler, paid.mchid, amount_fen, paid.amount_fen, cause, dict(pieces),
        restock, surplus, "asked", "asked", None, 0, None, None, uow.now,
    )  # fmt: skip
    await refund_store.insert(uow.conn, refund, None, APART, uow.now)
    await trail.record(
        uow, ASKED.name, order.subject, order=order.id, refund=refund.id, amount_fen=amount_fen, cause=cause
    )
    await uow.emit(RefundAsked(refund.id, uow.handler))
    return refund.id


async def by_staff(
    uow: UnitOfWork, order_id: str, amount_fen: int | None, pieces: Pieces, cause: str, *, restock: bool
) -> str:
    """Pay back these pieces, or an amount, or (neither named) all that is left. Raises as `ask`, `order.not_found`."""
    order = await progress.lock(uow, order_id)
    if pieces:
        worth_fen = await worth(uow, order, pieces)
        amount_fen = worth_fen if amount_fen is None else amount_fen
    if amount_fen is None:
        amount_fen = order.facts.paid_fen - order.facts.refund_asked_fen
        pieces = await left(uow, order)
    return await ask(uow, order, amount_fen, cause, pieces, restock=restock, by=ActorKind.STAFF)


async def worth(uow: UnitOfWork, order: Purchase, pieces: Pieces) -> int:
    """What these pieces cost after every discount; pieces in refunds under way are not there any more.

    Raises `refund.pieces_unfit`.
    """
    lines = {line.number: line for line in await store.list_lines(uow.conn, order.id)}
    gone = await _under_way(uow, order)
    return sum(_worth(lines.get(number), count, gone[number]) for number, count in pieces.items())


async def left(uow: UnitOfWork, order: Purchase) -> Pieces:
    """All pieces that were not given back and are not being given back."""
    gone = await _under_way(uow, order)
    lines = await store.list_lines(uow.conn, order.id)
    there = {line.number: line.quantity - line.refunded_quantity - gone[line.number] for line in lines}
    return {number: count for number, count in there.items() if count > 0}


async def _under_way(uow: UnitOfWork, order: Purchase) -> Counter[int]:
    """Pieces by line in refunds whose fate is open."""
    gone: Counter[int] = Counter()
    for refund in await refund_store.list_of(uow.conn, order.id):
        if refund.state not in ("done", "failed"):
            gone.update(refund.pieces)
    return gone


async def report(
    uow: UnitOfWork,
    refund_no: str,
    state: RefundState,
    amount_fen: int,
    refund_id: str = "",
    settled_at: datetime | None = None,
) -> bool:
    """Take WeChat Pay's verified word about a refund; False when it was known. Any number of times, in any order.

    Raises `refund.not_found` for one that we did not make, `refund.report_unfit` when the amount is another.
    """
    known = await refund_store.find(uow.conn, refund_no)
    if known is None or known.handler != uow.handler:
        raise NOT_FOUND()
    order = await progress.lock(uow, known.order)
    known = await refund_store.find(uow.conn, refund_no) or known
    if known.amount_fen != amount_fen:
        raise UNFIT(why="amount")
    if known.state in ("done", "failed"):
        return False
    if state is RefundState.SUCCESS:
        await _done(uow, order, known, refund_id, settled_at or uow.now)
        return True
    if state is RefundState.CLOSED:
        await follow(uow, order, known)
        return True
    new = "abnormal" if state is RefundState.ABNORMAL else "processing"
    wait = ABNORMAL_WAIT if state is RefundState.ABNORMAL else PROCESSING_WAIT
    await refund_store.note(uow.conn, known.id, new, uow.now + wait, refund_id=refund_id, accepted_at=uow.now)
    return known.state != new


@recorded
async def _done(uow: UnitOfWork, order: Purchase, done: Refund, refund_id: str, at: datetime) -> None:
    await refund_store.note(uow.conn, done.id, "done", None, refund_id=refund_id, accepted_at=at, settled_at=at)
    if not done.surplus:
        order = await progress.move(uow, order, Act.END_REFUND, by=ActorKind.SYSTEM, refunded_fen=done.amount_fen)
        await store.count_refunded(uow.conn, order.id, done.pieces)
        await _neighbours(uow, order, done)
        refunded_fen = order.facts.refunded_fen
        await uow.emit(OrderRefunded(order.id, order.subject, uow.handler, done.id, done.amount_fen, refunded_fen))
    await trail.record(uow, DONE.name, order.subject, order=order.id, refund=done.id, amount_fen=done.amount_fen)


async def _neighbours(uow: UnitOfWork, order: Purchase, done: Refund) -> None:
    """Points and coupons go back in proportion, pieces fit for sale go back to the shelf."""
    shop = uow.use(Shop)
    if done.cause != "late":
        now_fen = min(order.facts.refunded_fen, order.goods_fen)
        before_fen = min(order.facts.refunded_fen - done.amount_fen, order.goods_fen)
        await shop.rewards.reverse(uow, await progress.bought(uow, order), done.id, before_fen, now_fen - before_fen)
    if done.restock:
        skus = {line.number: line.sku for line in await store.list_lines(uow.conn, order.id)}
        await shop.goods.put_back(uow, done.id, {skus[number]: count for number, count in done.pieces.items()})


@recorded
async def follow(uow: UnitOfWork, order: Purchase, failed: Refund, *, by_hand: bool = False) -> bool:
    """It failed for good and the money is still owed: another one under a new number, while there are not too many."""
    await refund_store.note(uow.conn, failed.id, "failed", None, settled_at=uow.now)
    earlier = [one for one in await refund_store.list_of(uow.conn, order.id) if one.state == "failed"]
    followed = by_hand or len(earlier) <= FOLLOWERS_MAX
    if followed:
        next_one = Refund(
            new_id("ref"), order.id, failed.payment, failed.handler, failed.mchid, failed.amount_fen,
            failed.total_fen, failed.cause, failed.pieces, failed.restock, failed.surplus, "asked", "asked", None, 0,
            None, None, uow.now,
        )  # fmt: skip
        followed = await refund_store.insert(uow.conn, next_one, failed.id, APART, uow.now)
    await trail.record(uow, FAILED.name, order.subject, order=order.id, refund=failed.id, followed=int(followed))
    return followed


async def again(uow: UnitOfWork, refund_no: str) -> None:
    """A person lets a refund that failed too often be tried once more. Raises `refund.not_found`."""
    known = await refund_store.find(uow.conn, refund_no)
    if known is None or known.handler != uow.handler or known.state != "failed":
        raise NOT_FOUND()
    await follow(uow, await progress.lock(uow, known.order), known, by_hand=True)


def _worth(line: LineRow | None, count: int, gone: int) -> int:
    if line is None or count < 1 or line.refunded_quantity + gone + count > line.quantity:
        raise PIECES_UNFIT(at="/pieces")
    return share_fen(line.due_fen, line.quantity, line.refunded_quantity + gone, count)
