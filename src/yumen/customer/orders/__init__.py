"""From a cart to a parcel and back: quote, checkout, payment, delivery, after-sales, reconciliation.

    offer = await checkout.priced(uow, person, Wish({"sku_…": 2}))       # every fen on a line
    order = await checkout.place(uow, draft, offer)                      # awaiting_payment
    await payment.report(uow, transaction)                               # WeChat Pay's word, any number of times
    await refund.by_staff(uow, order, None, {1: 1}, "damaged", restock=False)
    await reconciliation.reconcile(work, pay, mchid, handler, day)

What an order needs of catalogue and club is handed in as `Shop`; `register` wires its jobs.
"""

from yumen.customer.orders import (
    addresses,
    after_sales,
    bought,
    cart,
    checkout,
    destination,
    hooks,
    invoices,
    late,
    opening,
    parties,
    payment,
    progress,
    quote,
    reconciliation,
    refund,
    refund_sending,
    search,
    shipping,
    states,
    telling,
)
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.duties import register
from yumen.customer.orders.events import (
    AddressesChanged,
    OrderCancelled,
    OrderCompleted,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    OrderShipped,
    ParcelSent,
    RefundAsked,
)
from yumen.customer.orders.from_catalog import CatalogGoods
from yumen.customer.orders.from_loyalty import Club
from yumen.customer.orders.holdings import HOLDINGS
from yumen.customer.orders.lanes import Lanes
from yumen.customer.orders.neighbours import Bought, Goods, NoRewards, Rewards, Shop
from yumen.customer.orders.states import State

__all__ = [
    "HOLDINGS",
    "AddressesChanged",
    "Bought",
    "CatalogGoods",
    "Club",
    "Draft",
    "Goods",
    "Lanes",
    "NoRewards",
    "OrderCancelled",
    "OrderCompleted",
    "OrderPaid",
    "OrderPlaced",
    "OrderRefunded",
    "OrderShipped",
    "ParcelSent",
    "RefundAsked",
    "Rewards",
    "Shop",
    "State",
    "Wish",
    "addresses",
    "after_sales",
    "bought",
    "cart",
    "checkout",
    "destination",
    "hooks",
    "invoices",
    "late",
    "opening",
    "parties",
    "payment",
    "progress",
    "quote",
    "reconciliation",
    "refund",
    "refund_sending",
    "register",
    "search",
    "shipping",
    "states",
    "telling",
]
