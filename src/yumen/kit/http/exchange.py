"""One exchange over the wire: send once, read a bounded answer, name the failure."""

from __future__ import annotations

import ssl
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from yarl import URL

from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.http.message import Answer, Request
from yumen.kit.http.tearing import torn_when_unknown

REDIRECTS_MAX: Final = 5
WHOLE_SECONDS_FROM_S: Final = 60.0
"""Shorter deadlines are kept as they are: the client would let one of six seconds last for up to seven."""


async def exchange(
    session: aiohttp.ClientSession,
    request: Request,
    url: str,
    proxy_url: str | None,
    left_s: float,
    address: str | None = None,
) -> Answer:
    """Send once within `left_s` seconds, to `address` if one was judged.

    The exceptions of the client name whole URLs, with their secrets: they are replaced, not chained.
    """
    host = urlsplit(url).netloc
    headers = dict(request.headers)
    server_hostname = None
    if address is not None:
        headers["Host"] = host
        server_hostname = urlsplit(url).hostname if url.startswith("https:") else None
        url = _at(url, address)
    with torn_when_unknown():
        try:
            async with session.request(
                request.method,
                URL(url, encoded=True) if request.verbatim else url,
                params=request.query or None,
                data=request.body,
                headers=headers,
                proxy=proxy_url,
                server_hostname=server_hostname,
                allow_redirects=request.follow_redirects and address is None,
                max_redirects=REDIRECTS_MAX,
                timeout=aiohttp.ClientTimeout(
                    total=left_s, sock_connect=min(left_s, request.connect_s), ceil_threshold=WHOLE_SECONDS_FROM_S
                ),
            ) as response:
                body = await _bounded(response, request, host)
                return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, body)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _told(error, host) from None


def _told(error: Exception, host: str) -> NotSent | Unsettled | Rejected:
    """Which of the three it is. Before a connection stood nothing was sent; after it nobody knows."""
    why = type(error).__name__
    match error:
        case aiohttp.ClientConnectorCertificateError() | ssl.CertificateError():
            return NotSent("http.certificate_refused", host=host, why=why)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return NotSent("http.unreachable", host=host, why=why)
        case aiohttp.ClientHttpProxyError():
            return NotSent("http.proxy_refused", upstream=str(error.status), host=host)
        case aiohttp.InvalidURL():
            return Rejected("http.url_refused")
        case aiohttp.TooManyRedirects():
            return Rejected("http.redirects", host=host)
        case TimeoutError():
            return Unsettled("http.deadline", host=host)
        case _:
            return Unsettled("http.broken_off", host=host, why=why)


async def _bounded(response: aiohttp.ClientResponse, request: Request, host: str) -> bytes:
    """The whole body, or nothing when a sink took it.

    Raises Unsettled("http.answer_too_long"): the recipient acted, but what it said is unknown.
    """
    parts: list[bytes] = []
    take = request.sink if request.sink is not None and response.ok else parts.append
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > request.answer_max_bytes:
            response.close()
            raise Unsettled("http.answer_too_long", host=host)
        take(part)
    return b"".join(parts)


def _at(url: str, address: str) -> str:
    """The same URL with the address in place of the name."""
    parts = urlsplit(url)
    place = f"[{address}]" if ":" in address else address
    netloc = place if parts.port is None else f"{place}:{parts.port}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
