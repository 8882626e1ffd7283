"""Write campaigns: dated reductions of a brand, a category or one SKU."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.customer.catalog import campaign_store, store
from yumen.customer.catalog.pricing import Kind, Scope
from yumen.customer.catalog.products import UNKNOWN_BRAND
from yumen.kit.errors import Code
from yumen.kit.ids import BrandId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

UNFIT: Final = Code("campaign.unfit", 422)
UNKNOWN: Final = Code("campaign.unknown", 404)
OTHER_BRAND: Final = Code("campaign.brand_fixed", 409)
TARGET_UNKNOWN: Final = Code("campaign.target_unknown", 422)

CHANGED: Final = trail.LeafKind("catalog.campaign_changed", "scope", "target", "way", "off_bp", "off_fen")
ENDED: Final = trail.LeafKind("catalog.campaign_ended")

OFF_BP_MAX: Final = 9_900


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign as it is to be. `target` is the code of the category or SKU, empty for the whole brand."""

    code: str
    brand: str
    name_en: str
    name_zh: str
    scope: Scope
    target: str
    kind: Kind
    off_bp: int
    off_fen: int
    from_at: datetime
    until_at: datetime


@recorded
async def put(uow: UnitOfWork, plan: Plan) -> None:
    """Write a campaign by its code.

    Raises `campaign.unfit`, `campaign.target_unknown`, `campaign.brand_fixed`, `catalog.brand_unknown`.
    """
    fits = 0 < plan.off_bp <= OFF_BP_MAX and not plan.off_fen
    if plan.kind is Kind.AMOUNT:
        fits = plan.off_fen > 0 and not plan.off_bp
    if not fits or plan.until_at <= plan.from_at:
        raise UNFIT(at="", off_bp_max=OFF_BP_MAX)
    brand = await store.find_brand(uow.conn, uow.handler, plan.brand)
    if brand is None:
        raise UNKNOWN_BRAND(at="/brand")
    target = await _target(uow, brand, plan)
    values = {
        "handler": uow.handler, "brand": brand, "code": plan.code, "name_en": plan.name_en, "name_zh": plan.name_zh,
        "scope": plan.scope.value, "target": target, "kind": plan.kind.value, "off_bp": plan.off_bp,
        "off_fen": plan.off_fen, "from_at": plan.from_at, "until_at": plan.until_at,
    }  # fmt: skip
    if not await campaign_store.put_campaign(uow.conn, values):
        raise OTHER_BRAND(at="/brand")
    await trail.record(
        uow, CHANGED.name, scope=plan.scope.value, target=target, way=plan.kind.value, off_bp=plan.off_bp,
        off_fen=plan.off_fen,
    )  # fmt: skip


@recorded
async def end(uow: UnitOfWork, code: str) -> None:
    """Let a campaign end now. Raises `campaign.unknown` for one that there is not, or that has ended."""
    if not await campaign_store.end_campaign(uow.conn, uow.handler, code, uow.now):
        raise UNKNOWN()
    await trail.record(uow, ENDED.name)


async def _target(uow: UnitOfWork, brand: BrandId, plan: Plan) -> int:
    match plan.scope:
        case Scope.BRAND:
            return 0
        case Scope.CATEGORY:
            category = await store.find_category(uow.conn, uow.handler, plan.target)
            if category is not None and category.brand == brand:
                return category.id
        case Scope.SKU:
            sku = await store.find_sku(uow.conn, uow.handler, plan.target)
            if sku is not None and sku.brand == brand:
                return sku.id
    raise TARGET_UNKNOWN(at="/target")
