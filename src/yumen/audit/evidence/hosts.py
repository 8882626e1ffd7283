"""What is known about hosts: recorded probes of DNS, TLS and timing, and what a name alone says.

A recorded probe is a JSON file (`yumen-probes/1`; its schema is published); `yumen audit --probe` makes the
same records by looking, at the hosts that the declaration names and at no other.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.audit.declaration import Network
from yumen.audit.world import World

Host = Annotated[str, Meta(min_length=1, max_length=253)]
HOSTS_MAX: Final = 5_000


class Where(StrEnum):
    """The class of an address. Hong Kong, Macao and Taiwan count as outside (PIPL art. 38)."""

    MAINLAND = "mainland"
    HONGKONG = "hongkong"
    MACAU = "macau"
    TAIWAN = "taiwan"
    ABROAD = "abroad"
    PRIVATE = "private"
    UNKNOWN = "unknown"

    @property
    def outside(self) -> bool:
        return self in {Where.HONGKONG, Where.MACAU, Where.TAIWAN, Where.ABROAD}


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of DNS. `place` is what the recorder knew."""

    ip: Annotated[str, Meta(max_length=45)]
    place: Where = Where.UNKNOWN


class Tls(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a handshake showed. `versions` as "1.2"; `not_after` is the last day of the certificate."""

    versions: tuple[Annotated[str, Meta(max_length=8)], ...] = ()
    chain_ok: bool | None = None
    not_after: date | None = None
    sm_certificate: bool | None = None
    status_hosts: tuple[Host, ...] = ()
    """Hosts of OCSP and CRL named in the certificate."""


class Times(msgspec.Struct, frozen=True, omit_defaults=True):
    """Milliseconds of one request, each part by itself."""

    dns: float = 0
    connect: float = 0
    tls: float = 0
    first_byte: float = 0


class Probe(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was seen of one host, from one vantage point."""

    host: Host
    addresses: Annotated[tuple[Address, ...], Meta(max_length=64)] = ()
    cname: Annotated[tuple[Host, ...], Meta(max_length=32)] = ()
    tls: Tls | None = None
    http2: bool | None = None
    times_ms: Times | None = None
    unreachable: tuple[Host, ...] = ()
    """Hosts named by this one that could not be reached from the vantage point."""
    page_hosts: Annotated[tuple[Host, ...], Meta(max_length=1000)] = ()
    """Hosts that its web pages call."""
    error: Annotated[str, Meta(max_length=200)] = ""


class ProbeFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file. `vantage`: CN when it was taken in the mainland."""

    format: Annotated[str, Meta(pattern="^yumen-probes/1$")]
    taken_at: Annotated[str, Meta(max_length=40)]
    hosts: Annotated[tuple[Probe, ...], Meta(max_length=HOSTS_MAX)]
    vantage: Annotated[str, Meta(max_length=40)] = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """Every host that was looked at, with each address in its class."""

    hosts: tuple[Probe, ...]
    in_mainland: bool
    """Was any of it taken from the mainland?"""

    def answered(self) -> tuple[Probe, ...]:
        return tuple(one for one in self.hosts if not one.error)


def read_probes(world: World, names: Sequence[str], networks: Sequence[Network]) -> Probes | None:
    """The recorded probes; a file that is none is told among the unread."""
    files = []
    for name in names:
        if (data := world.read(name)) is None:
            continue
        try:
            files.append(msgspec.json.decode(data, type=ProbeFile))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refused:
            world.skip(name, "no_probe", why=str(refused)[:160])
    return place_all(files, networks) if files else None


def place_all(files: Iterable[ProbeFile], networks: Sequence[Network]) -> Probes:
    """Give each address its class: what the declaration says of its network, else what the recorder knew."""
    hosts, mainland = [], False
    for file in files:
        mainland |= file.vantage.upper().startswith("CN")
        for probe in file.hosts:
            addresses = tuple(Address(one.ip, where(one, networks)) for one in probe.addresses)
            hosts.append(msgspec.structs.replace(probe, addresses=addresses))
    return Probes(tuple(sorted(hosts, key=lambda one: one.host)), mainland)


def where(address: Address, networks: Sequence[Network]) -> Where:
    """The class of one address. An address that nobody placed is unknown: no table of the world is shipped."""
    try:
        ip = ipaddress.ip_address(address.ip)
    except ValueError:
        return Where.UNKNOWN
    if ip.is_private or ip.is_loopback or ip.is_link_local:
        return Where.PRIVATE
    for network in networks:
        if _holds(network.cidr, ip):
            return Where(network.place)
    return address.place


def _holds(cidr: str, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return ip in ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False


def bare(host: str) -> str:
    """An entry of a list without scheme, port and path."""
    return (host.partition("://")[2] or host).partition("/")[0].rpartition("@")[2].partition(":")[0].lower()


def is_address(host: str) -> bool:
    """Is it an IP address rather than a name?"""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_name(entry: str) -> bool:
    """Is it the name of a public host, which could be filed?"""
    host = bare(entry)
    return "." in host and "*" not in host and not is_address(host)
