"""What every client of a sandbox's admin API does: open a session, ask, raise on a problem."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final, Self, TypeVar

import aiohttp
import msgspec

T = TypeVar("T")
PATIENCE_S: Final = 300.0


class AdminRefused(Exception):
    """The sandbox answered a problem; `code` is its dotted code."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class AdminClient:
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def _ask(self, method: str, path: str, shape: type[T] | Any, body: object = None) -> T:
        assert self._session is not None, "use `async with Admin(...)`"
        data = None if body is None else msgspec.json.encode(body)
        async with self._session.request(method, self._url + path, data=data) as answer:
            text = await answer.read()
        if answer.status >= 400:
            problem = msgspec.json.decode(text)
            raise AdminRefused(answer.status, problem["code"], problem["detail"])
        result: T = msgspec.json.decode(text or b"null", type=shape)
        return result
