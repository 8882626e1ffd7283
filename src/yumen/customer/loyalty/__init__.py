"""Members, their points in double entry, their tiers and their coupons. Knows sources, amounts and categories only.

await card.enrol(uow, subject)
posting = await award(uow, subject, Source("order", order_id), paid_at, [earning.Line("tea", 12_800)])  # or None
await ledger.redeem(uow, subject, Source("order", order_id, "redeem"), 500)
await ledger.reverse(uow, Source("order", order_id), Source("refund", refund_id), points)  # None: the rest
coupons.best(await coupon_book.list_usable(uow, subject), lines, uow.now)  # pure
await coupon_book.reserve(uow, subject, ids, order_id, until_at)  # then consume(uow, order_id) or give_back
"""

from yumen.customer.loyalty import (
    card,
    check,
    coupon_book,
    coupon_issue,
    coupons,
    earning,
    expiry,
    ledger,
    messages,
    opening,
    overview,
    programs,
    standing,
    takeover,
    tiers,
)
from yumen.customer.loyalty.award import award
from yumen.customer.loyalty.award_together import Due, award_together
from yumen.customer.loyalty.events import (
    CouponBatchBegun,
    LedgerUnsound,
    MemberEnrolled,
    PointsExpiring,
    PointsMoved,
    PointsTakenOver,
    TierChanged,
)
from yumen.customer.loyalty.holdings import HOLDINGS
from yumen.customer.loyalty.ledger import Source
from yumen.customer.loyalty.ledger_store import Posting

__all__ = [
    "HOLDINGS",
    "CouponBatchBegun",
    "Due",
    "LedgerUnsound",
    "MemberEnrolled",
    "PointsExpiring",
    "PointsMoved",
    "PointsTakenOver",
    "Posting",
    "Source",
    "TierChanged",
    "award",
    "award_together",
    "card",
    "check",
    "coupon_book",
    "coupon_issue",
    "coupons",
    "earning",
    "expiry",
    "ledger",
    "messages",
    "opening",
    "overview",
    "programs",
    "standing",
    "takeover",
    "tiers",
]
