"""售后: the shopper wants money back, or sends goods back first. Each state has a clock, and silence an answer.

opened    the shop answers within two days, else the claim is approved
approved  the shopper sends the goods back within seven days, else the claim lapses
returned  the shop looks at them within ten days, else the money goes back
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.orders import claim_store as store
from yumen.customer.orders import progress, refund
from yumen.customer.orders.carriers import carrier_of, tracking_of
from yumen.customer.orders.claim_store import Claim
from yumen.customer.orders.fields import PICTURE, STORY
from yumen.customer.orders.store import Purchase
from yumen.customer.profile.pictures import stripped
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

NOT_FOUND: Final = Code("claim.not_found", 404)
NOT_POSSIBLE: Final = Code("claim.not_possible", 409)
ALREADY_OPEN: Final = Code("claim.already_open", 409)
TOO_LATE: Final = Code("claim.too_late", 409)
STORY_UNFIT: Final = Code("claim.story_unfit", 422)
TOO_MANY_PICTURES: Final = Code("claim.too_many_pictures", 409)

OPENED: Final = trail.LeafKind("claim.opened", "order", "claim", "wants", "reason", "amount_fen")
MOVED: Final = trail.LeafKind("claim.moved", "order", "claim", "state")
SHOWN: Final = trail.LeafKind("claim.evidence_added", "claim", "number")

ANSWER_WITHIN: Final = timedelta(days=2)
SEND_WITHIN: Final = timedelta(days=7)
LOOK_WITHIN: Final = timedelta(days=10)
NO_REASON_WITHIN: Final = timedelta(days=7)
"""七天无理由退货 (Consumer Protection Law art. 25)."""
DEFECT_WITHIN: Final = timedelta(days=30)
STORY_MAX: Final = 500
PICTURES_MAX: Final = 6


class Kind(StrEnum):
    REFUND_ONLY = "refund_only"
    RETURN_AND_REFUND = "return_and_refund"


class Reason(StrEnum):
    """Why; `no_reason` needs none and has the shortest time."""

    NO_REASON = "no_reason"
    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    MISSING_PARTS = "missing_parts"
    NOT_AS_DESCRIBED = "not_as_described"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the shopper asks for: these pieces (line number to pieces; none: the whole order)."""

    kind: Kind
    reason: Reason
    pieces: dict[int, int]
    story: str = ""


@recorded
async def open_claim(uow: UnitOfWork, person: SubjectId, order_id: str, wanted: Wanted) -> str:
    """Open a claim; answers its id. Raises `claim.…`, `refund.pieces_unfit`, `order.not_found`."""
    order = await progress.lock_of(uow, person, order_id)
    _check(uow, order, wanted)
    left_fen = order.facts.paid_fen - order.facts.refund_asked_fen
    amount_fen = min(await refund.worth(uow, order, wanted.pieces), left_fen) if wanted.pieces else left_fen
    if amount_fen <= 0:
        raise NOT_POSSIBLE(state=order.state.value)
    sealed = await vault.seal(uow, order.subject, STORY, wanted.story) if wanted.story else None
    claim = Claim(
        new_id("clm"), order.id, uow.handler, order.subject, wanted.kind.value, wanted.reason.value, wanted.pieces,
        amount_fen, sealed, "opened", None, None, None, uow.now + ANSWER_WITHIN, uow.now, uow.now,
    )  # fmt: skip
    if not await store.insert(uow.conn, claim):
        raise ALREADY_OPEN()
    await trail.record(
        uow,
        OPENED.name,
        order.subject,
        order=order.id,
        claim=claim.id,
        wants=claim.kind,
        reason=claim.reason,
        amount_fen=amount_fen,
    )
    return claim.id


@recorded
async def add_picture(uow: UnitOfWork, person: SubjectId, claim_id: str, uploaded: bytes) -> int:
    """Evidence, sealed and without its metadata; answers its number. Raises `claim.…`, `avatar.…` for no picture."""
    claim, _ = await _of(uow, person, claim_id, "opened")
    number = await store.count_evidence(uow.conn, claim.id) + 1
    if number > PICTURES_MAX:
        raise TOO_MANY_PICTURES(pictures_max=PICTURES_MAX)
    sealed = await vault.seal(uow, claim.subject, PICTURE, stripped(uploaded))
    await store.add_evidence(uow.conn, claim.id, number, sealed)
    await trail.record(uow, SHOWN.name, claim.subject, claim=claim.id, number=number)
    return number


async def approve(uow: UnitOfWork, claim_id: str) -> None:
    """The shop agrees: money back at once, or the goods are to be sent back. Raises `claim.…`."""
    claim, order = await _held(uow, claim_id, "opened")
    if claim.kind == Kind.REFUND_ONLY.value:
        await _refund(uow, claim, order, restock=order.facts.shipped_at is None)
    else:
        await _move(uow, claim, "approved", SEND_WITHIN)


async def reject(uow: UnitOfWork, claim_id: str) -> None:
    """The shop does not agree, or did not find in the parcel what was said. Raises `claim.…`."""
    claim, _ = await _held(uow, claim_id, "opened", "returned")
    await _move(uow, claim, "rejected", None)


async def withdraw(uow: UnitOfWork, person: SubjectId, claim_id: str) -> None:
    """The shopper gives it up. Raises `claim.…`."""
    claim, _ = await _of(uow, person, claim_id, "opened", "approved")
    await _move(uow, claim, "withdrawn", None)


async def send_back(uow: UnitOfWork, person: SubjectId, claim_id: str, carrier: str, tracking_no: str) -> None:
    """The goods are on their way back. Raises `claim.…`, `carrier.…`."""
    claim, _ = await _of(uow, person, claim_id, "approved")
    await _move(uow, claim, "returned", LOOK_WITHIN, carrier_of(carrier).id, tracking_of(tracking_no))


async def take_back(uow: UnitOfWork, claim_id: str, *, restock: bool) -> None:
    """The goods arrived as they should: the money goes back. `restock` if they can be sold again. Raises `claim.…`."""
    claim, order = await _held(uow, claim_id, "returned")
    await _refund(uow, claim, order, restock=restock)


async def settle(uow: UnitOfWork, order_id: str) -> None:
    """The money of an order went back: a claim that waited for it is settled (listener of `OrderRefunded`)."""
    await progress.lock(uow, order_id)
    for claim in await store.list_of(uow.conn, order_id):
        if claim.state == "refunding":
            await _move(uow, claim, "settled", None)


async def run_out(uow: UnitOfWork, claim_id: str) -> None:
    """A clock ran out: what was silent has answered."""
    claim, order = await _held(uow, claim_id, "opened", "approved", "returned")
    if claim.due_at is None or uow.now < claim.due_at:
        return
    if claim.state == "opened":
        await approve(uow, claim_id)
    elif claim.state == "approved":
        await _move(uow, claim, "lapsed", None)
    else:
        await _refund(uow, claim, order, restock=False)


def _check(uow: UnitOfWork, order: Purchase, wanted: Wanted) -> None:
    facts = order.facts
    if not progress.is_paid(order) or (wanted.kind is Kind.RETURN_AND_REFUND and facts.shipped_at is None):
        raise NOT_POSSIBLE(state=order.state.value)
    within = NO_REASON_WITHIN if wanted.reason is Reason.NO_REASON else DEFECT_WITHIN
    if facts.received_at is not None and uow.now - facts.received_at > within:
        raise TOO_LATE(days=within.days)
    if len(wanted.story) > STORY_MAX:
        raise STORY_UNFIT(at="/story", length_max=STORY_MAX)


async def _refund(uow: UnitOfWork, claim: Claim, order: Purchase, *, restock: bool) -> None:
    pieces = claim.pieces or await refund.left(uow, order)
    made = await refund.ask(uow, order, claim.amount_fen, claim.reason, pieces, restock=restock)
    await _move(uow, claim, "refunding", None, refund_id=made)


@recorded
async def _move(
    uow: UnitOfWork,
    claim: Claim,
    state: str,
    within: timedelta | None,
    carrier: str | None = None,
    tracking_no: str | None = None,
    *,
    refund_id: str | None = None,
) -> None:
    due_at = None if within is None else uow.now + within
    await store.move(
        uow.conn, claim.id, state, due_at, uow.now, refund=refund_id, carrier=carrier, tracking_no=tracking_no
    )
    await trail.record(uow, MOVED.name, claim.subject, order=claim.order, claim=claim.id, state=state)


async def _held(uow: UnitOfWork, claim_id: str, *states: str) -> tuple[Claim, Purchase]:
    """The claim and its order, held until commit."""
    found = await store.find(uow.conn, uow.handler, claim_id)
    if found is None:
        raise NOT_FOUND()
    order = await progress.lock(uow, found.order)
    claim = await store.find(uow.conn, uow.handler, claim_id) or found
    if claim.state not in states:
        raise NOT_POSSIBLE(state=claim.state)
    return claim, order


async def _of(uow: UnitOfWork, person: SubjectId, claim_id: str, *states: str) -> tuple[Claim, Purchase]:
    """The person's own claim, held until commit."""
    found = await store.find(uow.conn, uow.handler, claim_id)
    if found is None or found.subject not in await subjects.family(uow.conn, person):
        raise NOT_FOUND()
    return await _held(uow, claim_id, *states)
