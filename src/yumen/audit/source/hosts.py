"""What a host name alone says: whose it is, and where it stands."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Final, NamedTuple

from yumen.audit import known_hosts

_NUMBERS: Final = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "10.0.2.2", "[::1]"})
_TUNNELS: Final = ("ngrok.io", "ngrok.app", "ngrok-free.app", "natapp.cc", "natapp1.cc", "natappfree.cc", "vicp.fun",
    "vaiwan.com", "frp.fun", "loca.lt", "trycloudflare.com", "tunnel.cn", "idcfengye.com", "utools.club", "cpolar.cn",
    "cpolar.io", "cpolar.top")  # fmt: skip
_EXAMPLES: Final = ("example.com", "example.org", "example.net", "w3.org", "schemas.xmlsoap.org", "apache.org",
    "opensource.org", "json-schema.org", "developers.weixin.qq.com", "mozilla.org")  # fmt: skip


class Address(NamedTuple):
    """Scheme, host without port, port (empty if none), all in lower case."""

    scheme: str
    host: str
    port: str

    @property
    def name(self) -> str:
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")


_PARTS: Final = re.compile(
    r"^(?:(https?|wss?):)?//(?:[^/?#@\s]*@)?(\[[0-9a-f:]+\]|[^/?#:\s\\]+)(?::(\d+))?(?=[/?#:\\]|$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def address(text: str) -> Address | None:
    """The parts of an absolute address; None if it is none or its host is cut or made up."""
    found = _PARTS.match(text.strip())
    if found is None:
        return None
    host = found[2].lower().rstrip(".")
    if not re.fullmatch(r"\[[0-9a-f:]+\]|[\w-]+(?:\.[\w-]+)*", host):
        return None
    return Address((found[1] or "https").lower(), host, found[3] or "")


@lru_cache(maxsize=4_096)
def whose(host: str) -> str:
    """ip, local, lan, tunnel, google, meta, overseas, mainland, or nothing known."""
    if host in _LOCAL or host.endswith((".local", ".localhost")):
        return "local"
    if _NUMBERS.match(host) or host.startswith("["):
        return _number(host.strip("[]"))
    if under(host, _TUNNELS):
        return "tunnel"
    return known_hosts.operator(host)


@lru_cache(maxsize=4_096)
def is_sample(host: str) -> bool:
    """Hosts of documents, name spaces and examples."""
    return under(host, _EXAMPLES)


def is_abroad(host: str) -> bool:
    """Known to stand or to be run outside the mainland."""
    return whose(host) in {"google", "meta", "overseas"}


def under(host: str, suffixes: tuple[str, ...] | frozenset[str]) -> bool:
    """Is it one of these names or below one?"""
    return known_hosts.suffix(host, suffixes) is not None


def _number(text: str) -> str:
    try:
        number = ipaddress.ip_address(text)
    except ValueError:
        return "ip"
    if number.is_loopback:
        return "local"
    return "lan" if number.is_private else "ip"
