"""Write the tree of categories. A category keeps its brand and its parent for life."""

from __future__ import annotations

from typing import Final

from yumen.customer.catalog import store
from yumen.customer.catalog.products import UNKNOWN_BRAND, UNKNOWN_CATEGORY
from yumen.customer.catalog.store import Category
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

FIXED: Final = Code("catalog.category_fixed", 409)
TOO_DEEP: Final = Code("catalog.category_too_deep", 422)

CHANGED: Final = trail.LeafKind("catalog.category_changed", "category", "place")

DEPTH_MAX: Final = 5


@recorded
async def put(
    uow: UnitOfWork, code: str, brand: str, parent: str | None, name_en: str, name_zh: str, place: int
) -> Category:
    """Write a category by its code; `parent` is the code of the one above.

    Raises `catalog.brand_unknown`, `catalog.category_unknown`, `catalog.category_fixed`, `catalog.category_too_deep`.
    """
    brand_id = await store.find_brand(uow.conn, uow.handler, brand)
    if brand_id is None:
        raise UNKNOWN_BRAND(at="/brand")
    above = None if parent is None else await store.find_category(uow.conn, uow.handler, parent)
    if parent is not None and (above is None or above.brand != brand_id):
        raise UNKNOWN_CATEGORY(at="/parent")
    ancestors = [] if above is None else list(above.ancestors)
    if len(ancestors) >= DEPTH_MAX:
        raise TOO_DEEP(at="/parent", depth_max=DEPTH_MAX)
    values = {
        "handler": uow.handler, "brand": brand_id, "code": code, "parent": None if above is None else above.id,
        "ancestors": ancestors, "name_en": name_en, "name_zh": name_zh, "place": place,
    }  # fmt: skip
    known = await store.find_category(uow.conn, uow.handler, code)
    if known is None:
        await store.insert_category(uow.conn, values)
    elif (known.brand, known.parent) != (brand_id, values["parent"]):
        raise FIXED(at="/parent")
    elif (known.name_en, known.name_zh, known.place) == (name_en, name_zh, place):
        return uow.unchanged(known)
    else:
        await store.update_category(uow.conn, values)
    written = await store.find_category(uow.conn, uow.handler, code)
    assert written is not None
    await trail.record(uow, CHANGED.name, category=written.id, place=place)
    return written
