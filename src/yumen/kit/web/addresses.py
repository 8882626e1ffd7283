"""Where a request comes from, as far as a log may know it.

Behind a balancer the peer is what the balancer added to X-Forwarded-For. Anybody can send that header, so it is
believed only from proxies that the settings name, and entry by entry from its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

UNKNOWN: Final = "unknown"
CHAIN_MAX: Final = 1000
"""Characters of X-Forwarded-For that are read, from its end: what stands before came from the caller."""

Networks = tuple[IPv4Network | IPv6Network, ...]


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
    parsed = _parsed(address)
    if parsed is None:
        return Peer(UNKNOWN, UNKNOWN)
    counted, shortened = (32, 24) if parsed.version == 4 else (64, 48)
    return Peer(_network(parsed, counted), _network(parsed, shortened))


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    return str(ip_network(f"{address}/{bits}", strict=False))


def forwarded(header: str | None, socket_peer: str, proxies: Networks) -> str:
    """The caller's address: who speaks to us, or, as long as that is a trusted proxy, whom it says it speaks for."""
    caller = socket_peer
    before = header[-CHAIN_MAX:].split(",") if header else []
    while before and _is_proxy(caller, proxies):
        caller = before.pop().strip()
    return caller


@lru_cache(maxsize=4096)
def _is_proxy(address: str, proxies: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address written as IPv6 is the IPv4 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed
