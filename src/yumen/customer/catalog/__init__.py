"""What is sold: products and variants, what they cost whom and when, how much there is, found by words.

    skus = await catalog.get_skus(uow.conn, ids)                        # or find_skus(conn, handler, refs)
    cost = catalog.price(skus[id].priced, campaigns, tier, uow.now)     # pure, a line for each step
    held = await reservations.reserve(catalog.Wish(new_id("rsv"), handler, [(id, 2)], expires_at))   # before the order
    lines = await catalog.stock.confirm(uow, held.id)                   # inside the order's unit

`campaigns` come from `list_running(conn, brand, now)`. Nothing here is about a person, so there are no holdings.
"""

from yumen.customer.catalog import campaigns, categories, images, importing, products, seed, stock
from yumen.customer.catalog.browse import Tiers
from yumen.customer.catalog.campaign_store import ask_running_for, list_running, read_running_for
from yumen.customer.catalog.events import StockLow
from yumen.customer.catalog.pricing import Campaign, Line, Price, Priced, Step, price
from yumen.customer.catalog.reserving import GONE, SOLD_OUT, UNKNOWN_SKU, Held, Reservations, Wish, take
from yumen.customer.catalog.store import Sku, ask_skus, find_sku, find_skus, get_skus, list_categories, read_skus

__all__ = [
    "GONE",
    "SOLD_OUT",
    "UNKNOWN_SKU",
    "Campaign",
    "Held",
    "Line",
    "Price",
    "Priced",
    "Reservations",
    "Sku",
    "Step",
    "StockLow",
    "Tiers",
    "Wish",
    "ask_running_for",
    "ask_skus",
    "campaigns",
    "categories",
    "find_sku",
    "find_skus",
    "get_skus",
    "images",
    "importing",
    "list_categories",
    "list_running",
    "price",
    "products",
    "read_running_for",
    "read_skus",
    "seed",
    "stock",
    "take",
]
