"""Where a request comes from, as far as a log may know it.

Behind a balancer the peer is the last address that the balancer added to X-Forwarded-For; it is believed only where
settings say how many proxies stand in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Peer:
    """`counted` is what limits count by: the address, or the /64 of IPv6; never logged. `shortened` may be logged."""

    counted: str
    shortened: str


def peer(scope: Mapping[str, Any]) -> Peer:
    """The peer of an ASGI scope."""
    return shorten(scope["state"].get("peer") or UNKNOWN)


@lru_cache(maxsize=4096)
def shorten(address: str) -> Peer:
    """IPv4 to /24, IPv6 to /48: enough to count and to place, too little to name a person."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return Peer(UNKNOWN, UNKNOWN)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    counted, shortened = (32, 24) if parsed.version == 4 else (64, 48)
    return Peer(_network(parsed, counted), _network(parsed, shortened))


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    return str(ip_network(f"{address}/{bits}", strict=False))


def forwarded(header: str | None, socket_peer: str, proxies: int) -> str:
    """The caller's address with that many trusted proxies in front; each of them appends one entry."""
    if proxies == 0 or not header:
        return socket_peer
    chain = [entry.strip() for entry in header[:1000].split(",")]
    return chain[-proxies] if len(chain) >= proxies else socket_peer
