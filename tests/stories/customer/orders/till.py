"""A small WeChat Pay in memory: orders, queries, closings, refunds; signed answers, notifications, and faults at will.

The sandbox is the faithful one; this one is for many thousand orders a minute and for failing at a chosen call.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from os import urandom
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yumen.kit.clock import SHANGHAI, real_now
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Answer, Request
from yumen.wechat.pay import Merchant, Pay
from yumen.wechat.pay.platform import of_public_key
from yumen.wechat.pay.signing import RsaSigner, answer_message

MCHID = "1900000001"
KEY_ID = "PUB_KEY_ID_0000000001"
APIV3_KEY = b"0123456789abcdef0123456789abcdef"


@cache
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """The merchant's and the platform's."""
    return rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)


@dataclass
class Till:
    """`now` is the clock of the story. `faults` are taken by the next calls: `before`, `after`, `error` or ``."""

    appid: str
    clock: Any
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: deque[str] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    bills: dict[str, bytes] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def pay(self) -> Pay:
        mine, theirs = keys()
        pem = theirs.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        merchant = Merchant(
            MCHID, "A" * 40, RsaSigner(mine), (APIV3_KEY,), frozenset({self.appid}),
            f"https://hooks.velvet.example/hooks/wechatpay/{MCHID}", (of_public_key(KEY_ID, pem),), KEY_ID,
            ("https://till.example",),
        )  # fmt: skip
        return Pay([merchant], self)  # type: ignore[arg-type]

    async def send(self, request: Request) -> Answer:
        """What the outgoing client is asked for."""
        fault = self.faults.popleft() if self.faults else ""
        path = request.url.removeprefix("https://till.example").partition("?")[0]
        self.calls.append(f"{request.method} {path}")
        if fault == "before":
            raise NotSent("http.unreachable")
        if fault == "error":
            return self._signed(500, {"code": "SYSTEM_ERROR", "message": "busy"})
        if "/v3/bill" in path:
            return self._bill(request, path)
        status, body = self._answer(request.method, path, json.loads(request.body or b"{}"))
        if fault == "after":
            raise Unsettled("http.timeout")
        return self._signed(status, body)

    def take(self, out_trade_no: str) -> bool:
        """The shopper pays; False when the order cannot be paid any more."""
        trade = self.trades[out_trade_no]
        if trade["trade_state"] != "NOTPAY":
            return False
        paid_at = self.clock.now().astimezone(SHANGHAI).isoformat(timespec="seconds")
        trade |= {
            "trade_state": "SUCCESS",
            "transaction_id": f"42{next(self.numbers):024d}",
            "success_time": paid_at,
        }
        return True

    def settle(self, out_refund_no: str, status: str = "SUCCESS") -> None:
        """What becomes of a refund in the end."""
        found = self.refunds[out_refund_no]
        if found["status"] in ("PROCESSING", "ABNORMAL"):
            found["status"] = status
            if status == "SUCCESS":
                found["success_time"] = self.clock.now().astimezone(SHANGHAI).isoformat(timespec="seconds")
                self.trades[found["out_trade_no"]]["trade_state"] = "REFUND"

    def paid_notice(self, paid: str, /, **changed: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of a notification, freshly signed."""
        trade = dict(self.trades[paid]) | {"trade_state": "SUCCESS"} | changed
        return self._notice("TRANSACTION.SUCCESS", "transaction", trade)

    def refund_notice(self, made: str, /, **changed: Any) -> tuple[dict[str, str], bytes]:
        found = dict(self.refunds[made]) | {"mchid": MCHID}
        found["refund_status"] = found.pop("status")
        return self._notice(f"REFUND.{found['refund_status']}", "refund", found | changed)

    def _notice(self, event: str, kind: str, plain: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        nonce = urandom(6).hex()
        sealed = AESGCM(APIV3_KEY).encrypt(nonce.encode(), json.dumps(plain).encode(), kind.encode())
        body = json.dumps(
            {
                "id": urandom(16).hex(),
                "create_time": real_now().isoformat(),
                "event_type": event,
                "resource_type": "encrypt-resource",
                "summary": "",
                "resource": {
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": b64encode(sealed).decode(),
                    "associated_data": kind,
                    "nonce": nonce,
                    "original_type": kind,
                },
            }
        ).encode()
        answer = self._signed(200, {})
        return self._headers(body) | {"request-id": answer.headers["request-id"]}, body

    def _bill(self, request: Request, path: str) -> Answer:
        """Days without a bill: not made yet if they are `b""`, else nothing happened."""
        query = request.url.partition("?")[2]
        if path == "/v3/billdownload/file":
            assert request.sink is not None
            request.sink(self.bills[query.removeprefix("token=")])
            return Answer(200, {}, b"")
        day = query.partition("bill_date=")[2][:10]
        raw = self.bills.get(day)
        if not raw:
            return self._signed(400, {"code": "NO_STATEMENT_EXIST" if raw is None else "STATEMENT_CREATING"})
        whole = raw + b"lost on the way" if day in self.damaged else raw
        digest = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        url = f"https://till.example/v3/billdownload/file?token={day}"
        return self._signed(200, {"hash_type": "SHA1", "hash_value": digest, "download_url": url})

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        match path.strip("/").split("/"):
            case ["v3", "pay", "transactions", "jsapi"]:
                return self._order(body)
            case ["v3", "pay", "transactions", "out-trade-no", number, "close"]:
                return self._close(number)
            case ["v3", "pay", "transactions", "out-trade-no", number]:
                found = self.trades.get(number)
                return (404, {"code": "ORDER_NOT_EXIST"}) if found is None else (200, found)
            case ["v3", "refund", "domestic", "refunds"]:
                return self._refund(body)
            case ["v3", "refund", "domestic", "refunds", number]:
                known = self.refunds.get(number)
                return (404, {"code": "RESOURCE_NOT_EXISTS"}) if known is None else (200, known)
        raise AssertionError(f"{method} {path}")

    def _order(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        known = self.trades.get(body["out_trade_no"])
        if known is not None and known["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDER_CLOSED" if known["trade_state"] == "CLOSED" else "ORDER_PAID"}
        if known is not None and known["body"] != body:
            return 400, {"code": "INVALID_REQUEST"}
        self.trades[body["out_trade_no"]] = {
            "appid": body["appid"],
            "mchid": body["mchid"],
            "out_trade_no": body["out_trade_no"],
            "trade_state": "NOTPAY",
            "amount": {"total": body["amount"]["total"], "currency": "CNY"},
            "payer": body["payer"],
            "body": body,
        }
        return 200, {"prepay_id": f"wx{next(self.numbers):020d}"}

    def _close(self, number: str) -> tuple[int, dict[str, Any] | None]:
        found = self.trades.get(number)
        if found is None:
            return 404, {"code": "ORDER_NOT_EXIST"}
        if found["trade_state"] in ("SUCCESS", "REFUND"):
            return 400, {"code": "ORDERPAID"}
        found["trade_state"] = "CLOSED"
        return 204, None

    def _refund(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        trade = self.trades.get(body["out_trade_no"])
        if trade is None or trade["trade_state"] not in ("SUCCESS", "REFUND"):
            return 404, {"code": "RESOURCE_NOT_EXISTS"}
        known = self.refunds.get(body["out_refund_no"])
        if known is not None:
            return 200, known
        gone = sum(
            one["amount"]["refund"]
            for one in self.refunds.values()
            if one["out_trade_no"] == body["out_trade_no"] and one["status"] != "CLOSED"
        )
        if gone + body["amount"]["refund"] > trade["amount"]["total"]:
            return 400, {"code": "INVALID_REQUEST"}
        self.refunds[body["out_refund_no"]] = made = {
            "refund_id": f"50{next(self.numbers):024d}",
            "out_refund_no": body["out_refund_no"],
            "out_trade_no": body["out_trade_no"],
            "transaction_id": trade["transaction_id"],
            "status": "PROCESSING",
            "amount": {"total": trade["amount"]["total"], "refund": body["amount"]["refund"]},
        }
        return 200, made

    def _signed(self, status: int, body: dict[str, Any] | None) -> Answer:
        raw = b"" if body is None else json.dumps(body).encode()
        return Answer(status, self._headers(raw) | {"request-id": f"R{next(self.numbers)}-0"}, raw)

    def _headers(self, body: bytes) -> dict[str, str]:
        timestamp, nonce = str(int(real_now().timestamp())), urandom(8).hex()
        signature = RsaSigner(keys()[1]).sign(answer_message(timestamp, nonce, body))
        return {
            "wechatpay-timestamp": timestamp,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": signature,
            "wechatpay-serial": KEY_ID,
        }


def later(clock: Any, **by: float) -> datetime:
    """Move the business clock on."""
    clock.offset += timedelta(**by)
    return clock.now()
