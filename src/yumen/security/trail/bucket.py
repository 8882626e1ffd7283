"""A shelf in an object store, outside the database host: Tencent COS, Alibaba OSS, or any that speaks the S3 API.

The key needs to put and get objects of this bucket and to list it (else a missing object is answered 403, not 404).
Turn on versioning or a retention lock there: then not even the holder of the key can take back what was published.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from yumen.kit.clock import real_now
from yumen.kit.errors import Code
from yumen.kit.http import Answer, Http, Request
from yumen.kit.http.message import Method
from yumen.kit.http.sigv4 import Signer

REFUSED: Final = Code("trail.bucket_refused", 503)

DEADLINE_S: Final = 30.0
MISSING: Final = 404


class BucketShelf:
    """`url` is the bucket's own, perhaps with a folder, without a slash at its end."""

    def __init__(self, http: Http, url: str, signer: Signer, now: Callable[[], datetime] = real_now) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._signer = signer
        self._now = now

    async def put(self, path: str, data: bytes) -> None:
        """Whole or not at all, as object stores do. Raises `trail.bucket_refused`, NotSent, Unsettled."""
        self._checked(await self._ask("PUT", path, data))

    async def get(self, path: str) -> bytes | None:
        """None when there is none. Raises `trail.bucket_refused`, NotSent, Unsettled."""
        answer = await self._ask("GET", path)
        return None if answer.status == MISSING else self._checked(answer)

    async def _ask(self, method: Method, path: str, body: bytes = b"") -> Answer:
        url = f"{self._url}/{path}"
        headers = self._signer.sign(method, url, {}, body, self._now())
        asked = Request(method, url, headers=headers, body=body or None, verbatim=True, deadline_s=DEADLINE_S)
        return await self._http.send(asked)

    @staticmethod
    def _checked(answer: Answer) -> bytes:
        if not 200 <= answer.status < 300:
            raise REFUSED(status=answer.status)
        return answer.body
