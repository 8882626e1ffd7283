"""Send one signed request to WeChat Pay and give back the raw answer; nothing of the answer is believed here.

A repeat is signed anew. The second host is tried only when the first could not be reached, with the same body and
number, since WeChat Pay's sites share the business numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yumen.kit.http import Answer, Http, Request
from yumen.kit.http.message import Method
from yumen.wechat.pay.merchants import Merchant
from yumen.wechat.pay.signing import authorization, new_nonce, request_message

DEADLINE_S: Final = 10.0
CONNECT_S: Final = 3.0
ANSWER_MAX_BYTES: Final = 1 << 20
BILL_MAX_BYTES: Final = 4 << 30
BILL_DEADLINE_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What to ask. `target` is path and query, already percent-encoded. `key` is WeChat Pay's key, if it matters."""

    method: Method
    target: str
    body: bytes = field(default=b"", repr=False)
    key: str = ""
    sink: Callable[[bytes], object] | None = None


async def send(http: Http, merchant: Merchant, outgoing: Outgoing, now: datetime) -> Answer:
    """Once. `now` is the real time. Raises NotSent, Unsettled, Rejected (codes `http.…`)."""
    streamed = outgoing.sink is not None
    request = Request(
        outgoing.method,
        merchant.origins[0] + outgoing.target,
        headers=await _headers(merchant, outgoing, now),
        body=outgoing.body or None,
        also_at=merchant.origins[1:],
        idempotent=False,
        verbatim=True,
        sink=outgoing.sink,
        deadline_s=BILL_DEADLINE_S if streamed else DEADLINE_S,
        connect_s=CONNECT_S,
        answer_max_bytes=BILL_MAX_BYTES if streamed else ANSWER_MAX_BYTES,
    )
    return await http.send(request)


async def _headers(merchant: Merchant, outgoing: Outgoing, now: datetime) -> Mapping[str, str]:
    timestamp, nonce = int(now.timestamp()), new_nonce()
    message = request_message(outgoing.method, outgoing.target, timestamp, nonce, outgoing.body)
    headers = {
        "Accept": "application/json",
        "Authorization": await authorization(
            merchant.signer, merchant.mchid, merchant.serial, message, timestamp, nonce
        ),
    }
    if outgoing.body:
        headers["Content-Type"] = "application/json"
    key = outgoing.key or merchant.public_key_id
    if key:
        headers["Wechatpay-Serial"] = key
    return headers
