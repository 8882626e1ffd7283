"""Count calls a second by merchant and endpoint; above the usual figures 429 FREQUENCY_LIMITED."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.wechatpay.records import Merchant
from yumen.sandbox.wechatpay.refusals import Refusal

USUAL: Final = {
    "jsapi": 500,
    "refund": 150,
    "refund_bad": 6,
    "refund_query": 300,
    "certificates": 1000,
    "tradebill": 3,
    "fundflowbill": 3,
}
"""From Tencent's documents; the trade bill's figure is an assumption after the fund bill's."""
USUAL_OTHERS: Final = 600


class Rates:
    """Counters of the running second; they need not survive a restart."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, merchant: Merchant, endpoint: str, real_now: float) -> None:
        """Count one. Raises Refusal above the limit of this second."""
        if not merchant.rates_on:
            return
        limit = merchant.rates.get(endpoint, USUAL.get(endpoint, USUAL_OTHERS))
        second, key = int(real_now), (merchant.mchid, endpoint)
        began, count = self._counts.get(key, (second, 0))
        count = count + 1 if began == second else 1
        self._counts[key] = second, count
        if limit and count > limit:
            raise Refusal("FREQUENCY_LIMITED")
