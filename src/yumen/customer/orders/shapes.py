"""What the shopper's routes of orders take and answer. Money is fen; personal values are the shopper's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.customer.orders.addresses import Entry
from yumen.customer.orders.after_sales import Kind, Reason
from yumen.customer.orders.claim_store import Claim
from yumen.customer.orders.destination import Destination, Place, checked
from yumen.customer.orders.quote import LINES_MAX, QUANTITY_MAX
from yumen.customer.orders.states import State
from yumen.customer.orders.store import LineRow, Purchase
from yumen.kit.web import PAGE_MAX

ID = "^{}_[0-9a-hjkmnp-tv-z]{{26}}$"
SkuRef = Annotated[str, Meta(pattern="^[0-9A-Za-z_.-]{1,64}$", examples=["sku_0000000000000000000000000a"])]
OrderPath = Annotated[str, PathParameter(pattern=ID.format("ord"))]
AddressPath = Annotated[str, PathParameter(pattern=ID.format("adr"))]
ClaimPath = Annotated[str, PathParameter(pattern=ID.format("clm"))]
SkuPath = Annotated[str, PathParameter(pattern="^[0-9A-Za-z_.-]{1,64}$")]
Cursor = Annotated[str, QueryParameter(pattern="^([a-z]{3}_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Fen = Annotated[int, Meta(ge=0, le=100_000_000_000)]
Pieces = Annotated[int, Meta(ge=1, le=QUANTITY_MAX)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]
Carrier = Annotated[str, Meta(pattern="^[A-Z]{2,10}$", examples=["SF"])]
TrackingNo = Annotated[str, Meta(min_length=5, max_length=64, examples=["SF1234567890123"])]


class WantedLine(msgspec.Struct, forbid_unknown_fields=True):
    sku: SkuRef
    quantity: Pieces


Lines = Annotated[list[WantedLine], Meta(max_length=LINES_MAX)]
Coupons = Annotated[list[Annotated[str, Meta(pattern=ID.format("cpn"))]], Meta(max_length=5)]
Points = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class QuantityBody(msgspec.Struct, forbid_unknown_fields=True):
    """0 takes the article out."""

    quantity: Annotated[int, Meta(ge=0, le=QUANTITY_MAX)]


class QuoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """No lines: the cart."""

    lines: Lines = []
    coupons: Coupons = []
    points: Points = 0


class PlaceBody(msgspec.Struct, forbid_unknown_fields=True):
    """A place in mainland China."""

    recipient: Annotated[str, Meta(min_length=1, max_length=80)]
    phone: Annotated[str, Meta(min_length=5, max_length=32, examples=["19900000001"])]
    province: Word
    city: Word
    street: Word
    district: Annotated[str, Meta(max_length=80)] = ""
    postcode: Annotated[str, Meta(pattern="^([0-9]{6})?$")] = ""
    preferred: bool = False

    def to(self) -> Destination:
        """Raises `address.unfit`."""
        place = Place(self.province, self.city, self.district, self.street, self.postcode)
        return checked(self.recipient, self.phone, place)


class OrderBody(msgspec.Struct, forbid_unknown_fields=True):
    """`expected_fen` is the total of the quote that was shown. Either `address` of the book, or `destination`."""

    expected_fen: Fen
    lines: Lines = []
    coupons: Coupons = []
    points: Points = 0
    address: Annotated[str, Meta(pattern=ID.format("adr"))] | None = None
    destination: PlaceBody | None = None


class ClaimLine(msgspec.Struct, forbid_unknown_fields=True):
    number: Annotated[int, Meta(ge=1, le=100)]
    quantity: Pieces


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    """No lines: the whole order."""

    kind: Kind
    reason: Reason
    lines: Annotated[list[ClaimLine], Meta(max_length=LINES_MAX)] = []
    story: Annotated[str, Meta(max_length=500)] = ""


class ReturnBody(msgspec.Struct, forbid_unknown_fields=True):
    carrier: Carrier
    tracking_no: TrackingNo


class InvoiceBody(msgspec.Struct, forbid_unknown_fields=True):
    """`tax_number` (统一社会信用代码) is wanted of a company."""

    kind: Literal["person", "company"]
    title: Annotated[str, Meta(min_length=1, max_length=100)]
    tax_number: Annotated[str, Meta(pattern="^([0-9A-HJ-NPQRTUWXY]{15,20})?$")] = ""
    email: Annotated[str, Meta(max_length=254)] = ""


class InvoiceView(msgspec.Struct):
    kind: str
    title: str
    tax_number: str
    email: str
    state: str


class CartLineView(msgspec.Struct):
    sku: str
    quantity: int


class CartView(msgspec.Struct):
    items: list[CartLineView]


class StepView(msgspec.Struct):
    step: str
    fen: int


class AddressView(msgspec.Struct):
    id: str
    recipient: str
    phone: str
    place: Place
    preferred: bool

    @classmethod
    def of(cls, entry: Entry) -> AddressView:
        to = entry.destination
        return cls(entry.id, to.recipient, to.phone, to.place, entry.preferred)


class AddressesView(msgspec.Struct):
    items: list[AddressView]


class OrderTile(msgspec.Struct):
    """One order in a list."""

    id: str
    state: State
    total_fen: int
    refunded_fen: int
    placed_at: datetime
    pay_by_at: datetime

    @classmethod
    def of(cls, order: Purchase) -> OrderTile:
        return cls(order.id, order.state, order.total_fen, order.facts.refunded_fen, order.placed_at, order.pay_by_at)


class OrderLineView(msgspec.Struct):
    number: int
    sku: str
    title_en: str
    title_zh: str
    quantity: int
    refunded_quantity: int
    due_fen: int
    steps: list[StepView]

    @classmethod
    def of(cls, line: LineRow) -> OrderLineView:
        steps = [StepView(step, fen) for step, fen in line.steps]
        return cls(
            line.number,
            line.sku,
            line.title_en,
            line.title_zh,
            line.quantity,
            line.refunded_quantity,
            line.due_fen,
            steps,
        )


class ParcelView(msgspec.Struct):
    """`last`: with it everything is on its way."""

    id: str
    carrier: str
    tracking_no: str
    shipped_at: datetime
    arrived_at: datetime | None
    last: bool


class RefundView(msgspec.Struct):
    id: str
    amount_fen: int
    cause: str
    state: str
    asked_at: datetime
    settled_at: datetime | None


class ClaimView(msgspec.Struct):
    id: str
    kind: str
    reason: str
    state: str
    amount_fen: int
    due_at: datetime | None

    @classmethod
    def of(cls, claim: Claim) -> ClaimView:
        return cls(claim.id, claim.kind, claim.reason, claim.state, claim.amount_fen, claim.due_at)


class OrderView(msgspec.Struct):
    """An order as its shopper sees it."""

    id: str
    state: State
    lines: list[OrderLineView]
    goods_fen: int
    shipping_fen: int
    total_fen: int
    paid_fen: int
    refunded_fen: int
    recipient: str
    phone_masked: str
    place: Place
    parcels: list[ParcelView]
    refunds: list[RefundView]
    claims: list[ClaimView]
    placed_at: datetime
    pay_by_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    received_at: datetime | None
    completed_at: datetime | None


class PaymentView(msgspec.Struct):
    """The argument of wx.requestPayment, without the callbacks."""

    timeStamp: str  # noqa: N815  # Tencent's name
    nonceStr: str  # noqa: N815  # Tencent's name
    package: str
    signType: str  # noqa: N815  # Tencent's name
    paySign: str  # noqa: N815  # Tencent's name


class StateView(msgspec.Struct):
    """Where the order is now."""

    id: str
    state: State


class MadeView(msgspec.Struct):
    id: str
