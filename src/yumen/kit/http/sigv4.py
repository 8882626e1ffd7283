"""AWS Signature Version 4 for object stores: what Tencent COS, Alibaba OSS and others take too. Pure.

Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a
Single Chunk". Paths are signed as they are sent, so whoever calls has percent-encoded them; a query is not signed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

ALGORITHM: Final = "AWS4-HMAC-SHA256"
SERVICE: Final = "s3"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who asks, and in which region."""

    key_id: str
    secret: str = field(repr=False)
    region: str

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes, at: datetime) -> dict[str, str]:
        """The headers to send: those given, with date, digest of the body and authorization. `at` is the real time."""
        parts, stamp = urlsplit(url), f"{at:%Y%m%dT%H%M%SZ}"
        digest = hashlib.sha256(body).hexdigest()
        sent = {**headers, "x-amz-content-sha256": digest, "x-amz-date": stamp}
        signed = {name.lower(): " ".join(value.split()) for name, value in {**sent, "host": parts.netloc}.items()}
        names = ";".join(sorted(signed))
        lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        asked = "\n".join((method, parts.path or "/", "", lines, names, digest))
        scope = f"{stamp[:8]}/{self.region}/{SERVICE}/aws4_request"
        said = "\n".join((ALGORITHM, stamp, scope, hashlib.sha256(asked.encode()).hexdigest()))
        signature = hmac.new(self._key(stamp[:8]), said.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self.key_id}/{scope}"
        return {**sent, "Authorization": f"{ALGORITHM} {credential},SignedHeaders={names},Signature={signature}"}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for step in (day, self.region, SERVICE, "aws4_request"):
            key = hmac.new(key, step.encode(), hashlib.sha256).digest()
        return key
