"""Which addresses a user-supplied URL may lead to: public ones only.

The name is resolved once, every answer is judged, and the connection goes to an address that was judged; so a name
that changes its answer between the judgement and the connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from yumen.kit.errors import NotSent, Rejected

Resolve = Callable[[str, int], Awaitable[list[str]]]
Judge = Callable[[str], bool]

_NAT64: Final = IPv6Network("64:ff9b::/96")


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system resolves it. Raises NotSent("http.name_unknown")."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotSent("http.name_unknown", host=host) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Is it an address of the public internet, also when an IPv4 address hides in an IPv6 one?"""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _embedded(parsed) if isinstance(parsed, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified)


async def judged(host: str, port: int, resolve_name: Resolve, public: Judge) -> list[str]:
    """The addresses of a user-supplied host, each found public. Raises Rejected("http.address_refused")."""
    addresses = await resolve_name(host, port)
    if not addresses or not all(public(address) for address in addresses):
        raise Rejected("http.address_refused", host=host)
    return addresses


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4, Teredo or NAT64 address."""
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
