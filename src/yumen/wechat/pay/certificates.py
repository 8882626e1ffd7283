"""Keep WeChat Pay's living keys of one merchant: downloaded, opened, rotated, by serial.

The API v3 key proves a downloaded certificate; then the answer's own signature is checked with the keys just got.
A serial nobody knows is looked for once, at most once a minute. In public-key mode there may be no certificates at
all (404), which is a fact of configuration and no outage.
Source: pay.weixin.qq.com, 获取平台证书列表 and 平台证书更换.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.http import Http
from yumen.wechat.pay.answers import read_failure
from yumen.wechat.pay.errors import Call, unverified
from yumen.wechat.pay.merchants import Merchant
from yumen.wechat.pay.platform import BadPlatformKey, PlatformKey, of_certificate
from yumen.wechat.pay.sealed import Resource, open_resource
from yumen.wechat.pay.signing import Suite
from yumen.wechat.pay.transport import Outgoing, send
from yumen.wechat.pay.verification import Unverified, verify

REFRESH_AFTER: Final = timedelta(hours=6)
"""WeChat Pay asks for less than twelve."""
ASK_AGAIN_AFTER: Final = timedelta(minutes=1)
CERTIFICATES_MAX: Final = 16
CERTIFICATE_SERIAL: Final = re.compile(r"[0-9A-F]{16,40}", re.ASCII)
OK: Final = 200

log = logging.getLogger("yumen.wechat.pay")


class Listed(msgspec.Struct):
    serial_no: str
    encrypt_certificate: Resource


class CertificateList(msgspec.Struct):
    data: list[Listed]


class PlatformKeys:
    """The keys of WeChat Pay for one merchant, in this process. `now` tells the real time."""

    __slots__ = ("_asked_at", "_http", "_keys", "_lock", "_merchant", "_now", "_refreshed_at")

    def __init__(self, merchant: Merchant, http: Http, now: Callable[[], datetime]) -> None:
        self._merchant = merchant
        self._http = http
        self._now = now
        self._keys = {key.serial: key for key in merchant.pinned}
        self._lock = asyncio.Lock()
        self._asked_at: datetime | None = None
        self._refreshed_at: datetime | None = None

    def living(self) -> list[PlatformKey]:
        """Every key inside its validity, newest first."""
        now = self._now()
        return sorted((k for k in self._keys.values() if k.lives(now)), key=lambda k: k.not_before, reverse=True)

    async def find(self, serial: str) -> PlatformKey | None:
        """The living key of that serial; an unknown certificate is asked for once."""
        found = self._living(serial)
        if found is None and CERTIFICATE_SERIAL.fullmatch(serial):
            await self._try_refresh(serial)
            found = self._living(serial)
        return found

    async def for_encryption(self) -> PlatformKey:
        """The public key of public-key mode, else the newest certificate. Raises Rejected("wechat_pay.no_key")."""
        if self._merchant.public_key_id:
            found = self._living(self._merchant.public_key_id)
        else:
            await self.keep_fresh()
            found = next(iter(self.living()), None)
        if found is None:
            raise Rejected("wechat_pay.no_key", next="configure")
        return found

    async def keep_fresh(self) -> None:
        """Download again when the last time is six hours ago. Certificate mode only; a failure leaves what we hold.

        Whoever holds a key does not wait while another downloads.
        """
        stale = self._refreshed_at is None or self._now() - self._refreshed_at >= REFRESH_AFTER
        waited_for = self._lock.locked() and self.living()
        if stale and not waited_for and not self._merchant.public_key_id:
            await self._try_refresh(None)

    async def refresh(self) -> None:
        """Download now. Raises NotSent, Rejected, Unsettled, `wechat_pay.unopened`."""
        fresh = await self._download()
        now = self._now()
        held = {serial: key for serial, key in self._keys.items() if key.lives(now)}
        self._keys = held | fresh
        self._refreshed_at = now

    def _living(self, serial: str) -> PlatformKey | None:
        found = self._keys.get(serial)
        return found if found is not None and found.lives(self._now()) else None

    async def _try_refresh(self, wanted: str | None) -> None:
        """At most once a minute, and one at a time; who waited takes what the other got."""
        async with self._lock:
            if wanted is not None and self._living(wanted):
                return
            now = self._now()
            if self._asked_at is not None and now - self._asked_at < ASK_AGAIN_AFTER:
                return
            self._asked_at = now
            try:
                await self.refresh()
            except (NotSent, Rejected, Unsettled, Problem) as failure:
                log.warning("platform certificates of %s not refreshed: %s", self._merchant.mchid, failure)

    async def _download(self) -> dict[str, PlatformKey]:
        sm = self._merchant.suite is Suite.SM
        target = "/v3/certificates?algorithm_type=SM2" if sm else "/v3/certificates"
        answer = await send(self._http, self._merchant, Outgoing("GET", target), self._now())
        if answer.status != OK:
            raise read_failure(Call.CERTIFICATES, answer)
        fresh = self._opened(answer.body)

        async def among(serial: str) -> PlatformKey | None:
            return fresh.get(serial) or self._keys.get(serial)

        try:
            await verify(answer.headers, answer.body, among, self._now())
        except Unverified as refused:
            raise unverified(Call.CERTIFICATES, refused.why, answer.headers.get("request-id", "")) from None
        return fresh

    def _opened(self, body: bytes) -> dict[str, PlatformKey]:
        try:
            listed = msgspec.json.decode(body, type=CertificateList).data[:CERTIFICATES_MAX]
            keys = [self._of(one) for one in listed]
        except (msgspec.DecodeError, UnicodeDecodeError, BadPlatformKey, RecursionError):
            raise Unsettled("wechat_pay.answer_unreadable", call=Call.CERTIFICATES.value) from None
        return {key.serial: key for key in keys}

    def _of(self, one: Listed) -> PlatformKey:
        pem = open_resource(self._merchant.apiv3_keys, one.encrypt_certificate)
        return of_certificate(pem, self._merchant.suite)
