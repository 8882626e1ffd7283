"""The outgoing HTTP client: one aiohttp session for each process.

Order of a call: deadline for the whole → attempts (only of what may be repeated, with jitter) → origins (the next one
only on connection failure) → circuit of that host → one exchange. Failures tell what may be done next:
`NotSent` the recipient has not acted, `Unsettled` nobody knows, `Rejected` sending the same again is useless.
Any status is an `Answer`: what a status means is the caller's business.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.http.addresses import Judge, Resolve, is_public, judged, resolve
from yumen.kit.http.circuit import Circuit
from yumen.kit.http.exchange import exchange
from yumen.kit.http.message import Answer, HttpSettings, Request, Sample
from yumen.kit.http.redact import loggable
from yumen.kit.http.sockets import breaking_off
from yumen.kit.http.tearing import KnownWay

BACKOFF_S: Final = 0.1
BACKOFF_MAX_S: Final = 2.0
CIRCUITS_MAX: Final = 1024
TRY_LATER: Final = frozenset({502, 503, 504})
"""Statuses by which a host says that it could not: an answer that may be asked for again."""

log = logging.getLogger("yumen.http")

Failure = NotSent | Unsettled | Rejected


class Http:
    """Sends requests. Opened once, closed once; `observe` is told every attempt."""

    def __init__(
        self,
        settings: HttpSettings | None = None,
        observe: Callable[[Sample], None] = lambda _: None,
        resolve_name: Resolve = resolve,
        public: Judge = is_public,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or HttpSettings()
        self._observe = observe
        self._resolve = resolve_name
        self._public = public
        self._clock = clock
        self._circuits: dict[str, Circuit] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def circuit(self, host: str) -> Circuit:
        """The circuit of a host (`name:port`), made when first asked for; the oldest is forgotten beyond a bound."""
        known = self._circuits.get(host)
        if known is None:
            if len(self._circuits) >= CIRCUITS_MAX:
                del self._circuits[next(iter(self._circuits))]
            known = Circuit(self._settings.circuit_failures_max, self._settings.circuit_open_s, self._clock)
            self._circuits[host] = known
        return known

    async def send(self, request: Request) -> Answer:
        """Send it and give back the answer. Raises NotSent, Unsettled, Rejected (codes `http.…`)."""
        _check_url(request.url)
        ends_at = self._clock() + request.deadline_s
        attempts = max(1, request.attempts_max) if request.may_repeat else 1
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            try:
                answer = await self._anywhere(request, attempt, ends_at)
            except (NotSent, Unsettled):
                if last or not await self._pause(attempt, ends_at):
                    raise
            else:
                if answer.status not in TRY_LATER or last or not await self._pause(attempt, ends_at):
                    return answer
        raise AssertionError("unreachable: the last attempt answers or raises")

    async def _pause(self, attempt: int, ends_at: float) -> bool:
        """Wait before the next attempt, with full jitter; False when the deadline leaves no room for one."""
        pause_s = random.uniform(0, min(BACKOFF_MAX_S, BACKOFF_S * 2**attempt))  # noqa: S311  # spreads load, no secret
        if self._clock() + pause_s >= ends_at:
            return False
        await asyncio.sleep(pause_s)
        return True

    async def _anywhere(self, request: Request, attempt: int, ends_at: float) -> Answer:
        """One attempt, at the first origin that can be reached."""
        origins = (request.url, *(_moved(request.url, origin) for origin in request.also_at))
        for url in origins[:-1]:
            try:
                return await self._guarded(request, url, attempt, ends_at)
            except NotSent:
                continue
        return await self._guarded(request, origins[-1], attempt, ends_at)

    async def _guarded(self, request: Request, url: str, attempt: int, ends_at: float) -> Answer:
        """One exchange under the circuit of its host, measured and logged."""
        host = urlsplit(url).netloc
        circuit = self.circuit(host)
        if not circuit.admit():
            raise NotSent("http.circuit_open", host=host)
        began = self._clock()
        try:
            answer = await self._once(request, url, ends_at)
        except (NotSent, Unsettled, Rejected) as failure:
            circuit.abandoned() if isinstance(failure, Rejected) else circuit.failed()
            self._tell(request, url, failure.code, began, attempt)
            raise
        except asyncio.CancelledError:
            circuit.abandoned()
            raise
        circuit.failed() if answer.status in TRY_LATER else circuit.succeeded()
        self._tell(request, url, str(answer.status), began, attempt)
        return answer

    async def _once(self, request: Request, url: str, ends_at: float) -> Answer:
        left_s = ends_at - self._clock()
        if left_s <= 0:
            raise NotSent("http.deadline", host=urlsplit(url).netloc)
        session, proxy = self._opened(), self._settings.proxy_url
        if not request.public_only:
            return await exchange(session, request, url, proxy, left_s)
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = await judged(parts.hostname or "", port, self._resolve, self._public)
        return await exchange(session, request, url, proxy, left_s, address=addresses[0])

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            bundle = self._settings.ca_bundle
            connector = aiohttp.TCPConnector(
                limit=self._settings.connections_max,
                limit_per_host=self._settings.connections_per_host_max,
                ssl=ssl.create_default_context(cafile=str(bundle)) if bundle else True,
                socket_factory=breaking_off(self._settings.deaf_max_s),
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "identity"},
                trust_env=False,
                request_class=KnownWay,
            )
        return self._session

    def _tell(self, request: Request, url: str, outcome: str, began: float, attempt: int) -> None:
        elapsed_s = self._clock() - began
        self._observe(Sample(urlsplit(url).netloc, request.method, outcome, elapsed_s, attempt))
        log.info(
            "outgoing %s %s -> %s in %.0f ms, attempt %d",
            request.method,
            loggable(url, request.query),
            outcome,
            elapsed_s * 1000,
            attempt,
        )


def _check_url(url: str) -> None:
    """Raises Rejected("http.url_refused") unless it is http(s) with a host and without user information."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise Rejected("http.url_refused")


def _moved(url: str, origin: str) -> str:
    """The same path at another origin."""
    new, old = urlsplit(origin), urlsplit(url)
    return urlunsplit((new.scheme, new.netloc, old.path, old.query, ""))
