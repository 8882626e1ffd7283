"""An outgoing client that reaches the named hosts and nothing else: the process that dispatches abroad has no other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from yumen.kit.errors import Rejected
from yumen.kit.http import Answer, Http, HttpSettings, Request

OUTSIDE: Final = "gateway.host_not_allowed"


NO_CIRCUIT: Final = sys.maxsize
"""Each recipient has a pace of its own, and is asked before anything is sent again: a circuit, open for seconds and
then shut until one slow call has ended, would only keep everybody out after a broken link is back."""

DEAF_MAX_S: Final = 2.0
"""Two retransmissions over 250 ms, at 0.45 and 1.35 s, were in vain. The system would try on for minutes, each time
after twice the wait: when the link is back, nobody would send for seconds."""


def link_settings(connections_max: int, proxy_url: str | None = None, ca_bundle: Path | None = None) -> HttpSettings:
    """How a recipient is reached over a link that may break: as many connections again for those who only ask."""
    return HttpSettings(
        proxy_url,
        ca_bundle,
        2 * connections_max,
        2 * connections_max,
        circuit_failures_max=NO_CIRCUIT,
        deaf_max_s=DEAF_MAX_S,
    )


class FencedHttp(Http):
    """`hosts` are names, or `.example.com` for every host below; redirects are never followed."""

    def __init__(self, settings: HttpSettings, hosts: Sequence[str]) -> None:
        super().__init__(settings)
        self._hosts = tuple(host.lower() for host in hosts)

    async def send(self, request: Request) -> Answer:
        """Raises Rejected("gateway.host_not_allowed") and what `Http.send` raises."""
        for url in (request.url, *request.also_at):
            host = (urlsplit(url).hostname or "").lower()
            if not self._may(host):
                raise Rejected(OUTSIDE, host=host)
        if request.follow_redirects:
            raise Rejected(OUTSIDE, host="redirect")
        return await super().send(request)

    def _may(self, host: str) -> bool:
        return any(host == one or (one.startswith(".") and host.endswith(one)) for one in self._hosts)
