"""What the staff routes of orders take and answer: recipients masked, reasons as codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter
from msgspec import Meta

from yumen.customer.orders import store, views
from yumen.customer.orders.claim_store import Claim
from yumen.customer.orders.destination import masked_name
from yumen.customer.orders.shapes import ID, Carrier, ClaimLine, Fen, OrderView, TrackingNo
from yumen.customer.orders.store import Purchase
from yumen.kit.work import UnitOfWork

DifferencePath = Annotated[str, PathParameter(pattern=ID.format("cas"))]
ParcelPath = Annotated[str, PathParameter(pattern=ID.format("pcl"))]
RefundPath = Annotated[str, PathParameter(pattern=ID.format("ref"))]


class FindBody(msgspec.Struct, forbid_unknown_fields=True):
    """Either a phone number or a name."""

    phone: Annotated[str, Meta(min_length=5, max_length=32, examples=["+86 199 0000 0001"])] | None = None
    recipient: Annotated[str, Meta(min_length=1, max_length=80)] | None = None

    def __post_init__(self) -> None:
        if (self.phone is None) == (self.recipient is None):
            raise ValueError("either phone or recipient")


class ShipBody(msgspec.Struct, forbid_unknown_fields=True):
    """`lines`: what is inside, where not everything is; `more_follow`: it is not the last parcel."""

    carrier: Carrier
    tracking_no: TrackingNo
    lines: Annotated[list[ClaimLine], Meta(max_length=50)] = []
    more_follow: bool = False


class ArrivedBody(msgspec.Struct, forbid_unknown_fields=True):
    """With its zone."""

    arrived_at: Annotated[datetime, Meta(tz=True)]


class RefundBody(msgspec.Struct, forbid_unknown_fields=True):
    """These pieces, or an amount, or both; neither: all that is left. `restock`: they can be sold again."""

    cause: Annotated[str, Meta(pattern="^[a-z][a-z_]{2,31}$", examples=["goodwill"])]
    amount_fen: Fen | None = None
    lines: Annotated[list[ClaimLine], Meta(max_length=50)] = []
    restock: bool = False


class TakeBackBody(msgspec.Struct, forbid_unknown_fields=True):
    restock: bool = False


class CompareBody(msgspec.Struct, forbid_unknown_fields=True):
    mchid: Annotated[str, Meta(pattern="^[0-9]{8,10}$", examples=["1900000001"])]
    day: date


class SettleBody(msgspec.Struct, forbid_unknown_fields=True):
    settlement: Literal["repaired", "booked_elsewhere", "platform_error", "paid_by_hand", "written_off"]


class EventView(msgspec.Struct):
    act: str
    source: str
    target: str
    actor: str
    at: datetime


class StaffOrderView(msgspec.Struct):
    """An order with its history; name and place are masked to the city."""

    order: OrderView
    history: list[EventView]


class StaffClaimView(msgspec.Struct):
    id: str
    order: str
    kind: str
    reason: str
    state: str
    amount_fen: int
    carrier: str | None
    tracking_no: str | None
    due_at: datetime | None
    opened_at: datetime

    @classmethod
    def of(cls, claim: Claim) -> StaffClaimView:
        return cls(
            claim.id,
            claim.order,
            claim.kind,
            claim.reason,
            claim.state,
            claim.amount_fen,
            claim.carrier,
            claim.tracking_no,
            claim.due_at,
            claim.opened_at,
        )


class BillView(msgspec.Struct):
    mchid: str
    day: date
    rows: int
    differences: int
    compared_at: datetime


class ComparedView(msgspec.Struct):
    day: date
    rows: int
    differences: int


class DifferenceView(msgspec.Struct):
    id: str
    mchid: str
    day: date
    what: str
    reason: str
    number: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str | None
    theirs_state: str | None
    found_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settlement: str | None


class StuckRefundView(msgspec.Struct):
    """A refund that needs a person, and the order whose money it is."""

    id: str
    order: str
    amount_fen: int
    cause: str
    state: str
    asked_at: datetime
    settled_at: datetime | None


class RefusedView(msgspec.Struct):
    """Notifications that were refused or did not fit, by day and reason."""

    mchid: str
    day: date
    why: str
    times: int
    last_at: datetime


async def staff_order(uow: UnitOfWork, order: Purchase) -> StaffOrderView:
    """The order with masked name and place, and what happened to it."""
    shown = await views.whole(uow, order)
    place = msgspec.structs.replace(shown.place, street="***", postcode="")
    masked = msgspec.structs.replace(shown, recipient=masked_name(shown.recipient), place=place)
    history = [EventView(**row) for row in await store.list_events(uow.conn, order.id)]
    return StaffOrderView(masked, history)
