"""Ask WeChat Pay and believe only what is signed: the wired service of all merchants, and the line of each.

A refusal counts only when its signature is good: an unsigned 4xx or 5xx, a probe, or a broken answer is `Unsettled`,
never a decision about money. What may be repeated is repeated a few times with the same body; a refund whose fate is
unknown is not: its story asks first.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from yumen.kit.clock import real_now
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Answer, Http
from yumen.wechat.pay.answers import decoded, read_failure, request_id
from yumen.wechat.pay.certificates import PlatformKeys
from yumen.wechat.pay.errors import Call, Failure, Next, next_of, unverified
from yumen.wechat.pay.merchants import Merchant, Merchants
from yumen.wechat.pay.transport import Outgoing, send
from yumen.wechat.pay.verification import Unverified, verify

TRIES_MAX: Final = 3
PAUSE_S: Final = 0.2

T = TypeVar("T")

log = logging.getLogger("yumen.wechat.pay")


@dataclass(frozen=True, slots=True)
class Line:
    """One merchant's way to WeChat Pay. `now` tells the real time."""

    merchant: Merchant
    http: Http
    keys: PlatformKeys
    now: Callable[[], datetime]

    async def ask(self, call: Call, outgoing: Outgoing, kind: type[T]) -> T:
        """The verified answer, typed. Raises NotSent, Rejected, Unsettled."""
        answer = await self.tell(call, outgoing)
        found = decoded(answer.body, kind)
        if found is None:
            raise Unsettled(
                "wechat_pay.answer_unreadable", call=call.value, next=Next.ASK.value, request_id=request_id(answer)
            )
        return found

    async def tell(self, call: Call, outgoing: Outgoing) -> Answer:
        """The verified answer of a success (2xx). Raises NotSent, Rejected, Unsettled."""
        await self.keys.keep_fresh()
        for tried in range(1, TRIES_MAX + 1):
            try:
                return await self._once(call, outgoing)
            except (NotSent, Unsettled) as failure:
                if tried == TRIES_MAX or not _may_repeat(call, failure):
                    raise
            await asyncio.sleep(random.uniform(0, PAUSE_S * 2**tried))  # noqa: S311  # spreads load, no secret
        raise AssertionError("unreachable: the last try answers or raises")

    async def download(self, target: str, sink: Callable[[bytes], object]) -> None:
        """A bill's file into `sink`. Its answer is not signed: whoever asked checks the hash. Raises like `tell`."""
        answer = await send(self.http, self.merchant, Outgoing("GET", target, sink=sink), self.now())
        if not _is_success(answer):
            raise read_failure(Call.BILL, answer)

    async def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Is this message WeChat Pay's, for this merchant? Raises Unverified."""
        await verify(headers, body, self.keys.find, self.now())

    async def _once(self, call: Call, outgoing: Outgoing) -> Answer:
        answer = await send(self.http, self.merchant, outgoing, self.now())
        try:
            await self.verify(answer.headers, answer.body)
        except Unverified as refused:
            log.warning("wechat pay %s: answer %d not believed: %s", call, answer.status, refused.why)
            raise unverified(call, refused.why, request_id(answer)) from None
        if not _is_success(answer):
            failure = read_failure(call, answer)
            log.info("wechat pay %s: %d %s, %s", call, answer.status, failure, request_id(answer))
            raise failure
        return answer


class Pay:
    """WeChat Pay for every merchant of this process."""

    __slots__ = ("_lines", "merchants")

    def __init__(self, merchants: Iterable[Merchant], http: Http, now: Callable[[], datetime] = real_now) -> None:
        self.merchants = Merchants(merchants)
        self._lines = {
            merchant.mchid: Line(merchant, http, PlatformKeys(merchant, http, now), now)
            for merchant in self.merchants.all()
        }

    def line(self, mchid: str) -> Line:
        """Raises `wechat_pay.merchant_unknown`."""
        return self._lines[self.merchants.get(mchid).mchid]


def _may_repeat(call: Call, failure: Failure) -> bool:
    if isinstance(failure, NotSent):
        return next_of(failure) is Next.AGAIN
    return isinstance(failure, Unsettled) and call is not Call.REFUND


def _is_success(answer: Answer) -> bool:
    return answer.status in {200, 204}
