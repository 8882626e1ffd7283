"""Ask WeChat's server API once and read its verdict, which lies in the body: HTTP 200 also for failures.

An absent errcode means 0; the content type is not dependable; `errmsg` is never compared (reference: conventions of
every call). Only "busy" (-1) is asked again here.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from yumen.kit.errors import Unsettled
from yumen.kit.http import Http, Request
from yumen.wechat.errors import Cure, WechatError

ORIGINS: Final = ("https://api.weixin.qq.com", "https://api2.weixin.qq.com", "https://sh.api.weixin.qq.com")
"""Nearest, disaster recovery, Shanghai: the same API; the next is tried on connection failure only."""
DEADLINE_S: Final = 8.0
CONNECT_S: Final = 2.0
BUSY_RETRIES_MAX: Final = 2
BUSY_PAUSE_S: Final = 0.3

Body = Mapping[str, object]
T = TypeVar("T")

log = logging.getLogger("yumen.wechat")


class Verdict(msgspec.Struct):
    """What every answer may carry. Some endpoints write numbers as text."""

    errcode: int = 0
    errmsg: str = ""


@dataclass(frozen=True, slots=True)
class Transport:
    """Where WeChat is, and the client that goes there."""

    http: Http
    origins: tuple[str, ...] = ORIGINS
    deadline_s: float = DEADLINE_S
    connect_s: float = CONNECT_S

    async def ask(
        self,
        answer: type[T],
        path: str,
        query: Mapping[str, str],
        body: Body | None = None,
        *,
        repeatable: bool = False,
        deadline_s: float | None = None,
    ) -> T:
        """One call, typed. A body makes it a POST. Raises WechatError, NotSent, Unsettled."""
        request = Request(
            "GET" if body is None else "POST",
            self.origins[0] + path,
            query=query,
            headers={} if body is None else {"Content-Type": "application/json"},
            body=None if body is None else msgspec.json.encode(body),
            also_at=self.origins[1:],
            idempotent=repeatable,
            deadline_s=self.deadline_s if deadline_s is None else deadline_s,
            connect_s=self.connect_s,
        )
        for _ in range(BUSY_RETRIES_MAX):
            try:
                return await self._ask_once(answer, path, request)
            except WechatError as refused:
                if refused.cure is not Cure.RETRY:
                    raise
            await asyncio.sleep(random.uniform(0, BUSY_PAUSE_S))  # noqa: S311  # spreads load, no secret
        return await self._ask_once(answer, path, request)

    async def _ask_once(self, answer: type[T], path: str, request: Request) -> T:
        received = await self.http.send(request)
        verdict = _decoded(received.body, Verdict)
        if verdict is None:
            raise Unsettled("wechat.unreadable", upstream=str(received.status), path=path)
        if verdict.errcode:
            refused = WechatError(verdict.errcode, verdict.errmsg, path)
            level = logging.INFO if refused.cure is Cure.REFRESH_TOKEN else logging.WARNING
            log.log(level, "wechat refused %s: errcode %d, rid %s", path, refused.errcode, refused.rid)
            raise refused
        decoded = _decoded(received.body, answer)
        if decoded is None:
            raise Unsettled("wechat.unreadable", upstream=str(received.status), path=path)
        return decoded


def _decoded(body: bytes, kind: type[T]) -> T | None:
    """Leniently: numbers may be text, unknown fields are skipped; None when it is no such object at all."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
