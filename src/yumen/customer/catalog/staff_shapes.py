"""What the staff's catalogue routes take and answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.customer.catalog.importing import Report
from yumen.customer.catalog.pricing import Campaign, Kind, Scope
from yumen.customer.catalog.products import IMAGES_MAX, SKUS_MAX, Draft, Status, Variant
from yumen.customer.catalog.rows import CODE, FEN_MAX
from yumen.customer.catalog.stock import ON_HAND_MAX, Reason
from yumen.customer.catalog.store import Product, Sku
from yumen.kit.i18n import Language, text

Code = Annotated[str, Meta(pattern=f"^{CODE}$", examples=["VP-0101-S"])]
Name = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,31}$", examples=["velvet"])]
Tier = Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,31}$", examples=["gold"])]
Fen = Annotated[int, Meta(ge=1, le=FEN_MAX, examples=[12800])]
Short = Annotated[str, Meta(max_length=80)]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Text = Annotated[str, Meta(max_length=4000)]
ImageHash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", examples=["1ab21d83" * 8])]
MemberPrices = Annotated[dict[Tier, Fen], Meta(max_length=20)]
Moment = Annotated[datetime, Meta(tz=True)]

CodePath = Annotated[str, PathParameter(pattern=f"^{CODE}$")]
NamePath = Annotated[str, PathParameter(pattern="^[a-z0-9][a-z0-9_-]{0,31}$")]
CodeCursor = Annotated[
    str, QueryParameter(pattern="^[A-Za-z0-9._-]{0,64}$", description="`next_cursor` of the page before")
]


class SkuBody(msgspec.Struct, forbid_unknown_fields=True):
    """One variant. `member_fen` gives the price of each tier that has one."""

    code: Code
    list_fen: Fen
    name_en: Short = ""
    name_zh: Short = ""
    weight_g: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    active: bool = True
    member_fen: MemberPrices = msgspec.field(default_factory=dict)


class ProductBody(msgspec.Struct, forbid_unknown_fields=True):
    """A product whole: variants that are left out are sold no more."""

    brand: Name
    name_en: Title
    name_zh: Title
    skus: Annotated[list[SkuBody], Meta(min_length=1, max_length=SKUS_MAX)]
    category: Name | None = None
    text_en: Text = ""
    text_zh: Text = ""
    images: Annotated[list[ImageHash], Meta(max_length=IMAGES_MAX)] = msgspec.field(default_factory=list)
    publish_from_at: Moment | None = None
    publish_until_at: Moment | None = None

    def draft(self, code: str) -> Draft:
        return Draft(
            code=code,
            brand=self.brand,
            category=self.category,
            name_en=self.name_en,
            name_zh=self.name_zh,
            text_en=self.text_en,
            text_zh=self.text_zh,
            images=[bytes.fromhex(image) for image in self.images],
            variants=[
                Variant(s.code, s.name_en, s.name_zh, s.list_fen, s.weight_g, s.active, s.member_fen) for s in self.skus
            ],
            publish_from_at=self.publish_from_at,
            publish_until_at=self.publish_until_at,
        )


class StaffSkuView(msgspec.Struct):
    id: str
    code: str
    name_en: str
    name_zh: str
    list_fen: int
    member_fen: dict[str, int]
    weight_g: int
    active: bool
    left: int
    low_level: int

    @classmethod
    def of(cls, sku: Sku) -> StaffSkuView:
        return cls(
            sku.ref, sku.code, sku.name_en, sku.name_zh, sku.list_fen, dict(sku.member_fen), sku.weight_g, sku.active,
            sku.left, sku.low_level,
        )  # fmt: skip


class StaffProductView(msgspec.Struct):
    id: str
    code: str
    status: Status
    name_en: str
    name_zh: str
    text_en: str
    text_zh: str
    images: list[str]
    publish_from_at: datetime | None
    publish_until_at: datetime | None
    changed_at: datetime
    skus: list[StaffSkuView]

    @classmethod
    def of(cls, product: Product, skus: Sequence[Sku]) -> StaffProductView:
        return cls(
            product.ref, product.code, Status(product.status), product.name_en, product.name_zh, product.text_en,
            product.text_zh, [bytes(image).hex() for image in product.image_hashes], product.publish_from_at,
            product.publish_until_at, product.changed_at,
            [StaffSkuView.of(sku) for sku in skus if sku.product == product.id],
        )  # fmt: skip


class CategoryBody(msgspec.Struct, forbid_unknown_fields=True):
    """`place` orders neighbours, the lowest first."""

    brand: Name
    name_en: Annotated[str, Meta(min_length=1, max_length=80)]
    name_zh: Annotated[str, Meta(min_length=1, max_length=80)]
    parent: Name | None = None
    place: Annotated[int, Meta(ge=0, le=10_000)] = 0


class PriceBody(msgspec.Struct, forbid_unknown_fields=True):
    list_fen: Fen
    member_fen: MemberPrices = msgspec.field(default_factory=dict)


class CampaignBody(msgspec.Struct, forbid_unknown_fields=True):
    """`percent` takes `off_bp` hundredths of a percent off, `amount` takes `off_fen`; `target` is a category or SKU."""

    brand: Name
    name_en: Annotated[str, Meta(min_length=1, max_length=80)]
    name_zh: Annotated[str, Meta(min_length=1, max_length=80)]
    scope: Scope
    kind: Kind
    from_at: Moment
    until_at: Moment
    target: Annotated[str, Meta(max_length=64)] = ""
    off_bp: Annotated[int, Meta(ge=0, le=9_900)] = 0
    off_fen: Annotated[int, Meta(ge=0, le=FEN_MAX)] = 0


class CampaignView(msgspec.Struct):
    code: str
    name_en: str
    name_zh: str
    scope: Scope
    kind: Kind
    off_bp: int
    off_fen: int
    from_at: datetime
    until_at: datetime

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignView:
        return cls(
            campaign.code, campaign.name_en, campaign.name_zh, campaign.scope, campaign.kind, campaign.off_bp,
            campaign.off_fen, campaign.from_at, campaign.until_at,
        )  # fmt: skip


class AdjustBody(msgspec.Struct, forbid_unknown_fields=True):
    """Either `delta` or `counted`. The same `reason` and `reference` for a SKU is taken once."""

    reason: Reason
    reference: Annotated[str, Meta(pattern="^[A-Za-z0-9._:/-]{1,64}$", examples=["GRN-2026-0412"])]
    delta: Annotated[int, Meta(ge=-ON_HAND_MAX, le=ON_HAND_MAX)] | None = None
    counted: Annotated[int, Meta(ge=0, le=ON_HAND_MAX)] | None = None
    low_level: Annotated[int, Meta(ge=0, le=ON_HAND_MAX)] | None = None


class LevelView(msgspec.Struct):
    code: str
    on_hand: int
    reserved: int
    left: int
    low_level: int


class MovementView(msgspec.Struct):
    delta: int
    reason: str
    reference: str
    actor: str
    moved_at: datetime


class RecountView(msgspec.Struct):
    """SKUs (our numbers) whose stock is not what movements and reservations add up to."""

    unequal: list[int]


class ImageView(msgspec.Struct):
    hash: str
    path: str


class FaultView(msgspec.Struct):
    row: int
    column: str
    code: str
    title: str


class ReportView(msgspec.Struct):
    """`skipped` rows were done by an earlier run of the same file; `faults` are the first of `faults_all`."""

    state: Literal["done", "dry"]
    run: str | None
    rows: int
    skipped: int
    taken: int
    unchanged: int
    faults_all: int
    faults: list[FaultView]

    @classmethod
    def of(cls, report: Report, language: Language) -> ReportView:
        faults = [
            FaultView(f.row, f.column, f.problem.code.name, text(f.problem.code.name, language, **f.problem.facts))
            for f in report.faults
        ]
        return cls(
            "done" if report.run else "dry", report.run or None, report.rows, report.skipped, report.taken,
            report.unchanged, report.faults_all, faults,
        )  # fmt: skip
