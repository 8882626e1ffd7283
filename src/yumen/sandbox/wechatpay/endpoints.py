"""The table of simulated endpoints: which path and method lead where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechatpay.bills import Bills
from yumen.sandbox.wechatpay.calls import Call, Said
from yumen.sandbox.wechatpay.certificates import certificates
from yumen.sandbox.wechatpay.orders import Orders
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.refusals import Refusal

NAMES: Final = (
    "jsapi",
    "query",
    "query_by_id",
    "close",
    "refund",
    "refund_query",
    "abnormal_refund",
    "tradebill",
    "fundflowbill",
    "billdownload",
    "certificates",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint; its name is what troubles and rates go by."""

    name: str
    method: str
    answer: Callable[[Call], Said]


class Endpoints:
    """Finds the endpoint of a request."""

    def __init__(self, orders: Orders, refunds: Refunds, bills: Bills) -> None:
        self._whole = {
            "/v3/pay/transactions/jsapi": Endpoint("jsapi", "POST", orders.place),
            "/v3/refund/domestic/refunds": Endpoint("refund", "POST", refunds.create),
            "/v3/bill/tradebill": Endpoint("tradebill", "GET", bills.trade),
            "/v3/bill/fundflowbill": Endpoint("fundflowbill", "GET", bills.funds),
            "/v3/billdownload/file": Endpoint("billdownload", "GET", bills.fetch),
            "/v3/certificates": Endpoint("certificates", "GET", certificates),
        }
        self._open = [
            ("/v3/pay/transactions/out-trade-no/", "/close", Endpoint("close", "POST", orders.close)),
            ("/v3/pay/transactions/out-trade-no/", "", Endpoint("query", "GET", orders.ask_by_number)),
            ("/v3/pay/transactions/id/", "", Endpoint("query_by_id", "GET", orders.ask_by_transaction)),
            (
                "/v3/refund/domestic/refunds/",
                "/apply-abnormal-refund",
                Endpoint("abnormal_refund", "POST", refunds.apply_abnormal),
            ),
            ("/v3/refund/domestic/refunds/", "", Endpoint("refund_query", "GET", refunds.ask)),
        ]

    def find(self, request: Request) -> tuple[Endpoint, str] | None:
        """The endpoint and the part of the path that is a number, or None. Raises Refusal for a wrong method."""
        path = request.path
        endpoint, part = self._whole.get(path), ""
        if endpoint is None:
            for head, tail, candidate in self._open:
                middle = path[len(head) : len(path) - len(tail)]
                if path.startswith(head) and path.endswith(tail) and middle and "/" not in middle:
                    endpoint, part = candidate, middle
                    break
        if endpoint is None:
            return None
        if endpoint.method != request.method:
            raise Refusal("METHOD_NOT_ALLOWED")
        return endpoint, part
