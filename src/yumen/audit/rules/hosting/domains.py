"""The domain lists of the WeChat back office."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.declaration import Domains
from yumen.audit.evidence.hosts import bare, is_address
from yumen.audit.finding import At, Finding
from yumen.audit.known_hosts import abroad, listed, suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.law import Tag

KINDS = ("request", "socket", "upload", "download", "udp", "tcp")
PER_KIND_MAX = 200
OWN_OF_WECHAT = ("api.weixin.qq.com", "hk.api.weixin.qq.com", "sh.api.weixin.qq.com", "sz.api.weixin.qq.com")


@rule(
    "HST001",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.domain",),
    owner=Owner.PLATFORM,
    effort=Effort.DAY,
)
def domain_cannot_be_listed(domains: Domains) -> Iterator[Finding]:
    """An entry of the domain list is one WeChat refuses.

    Only names of hosts are taken, over https or wss: no IP address, no localhost, no wildcard, no http, and not
    WeChat's own interface, which only a server may call.

    Found: {entry}: {fault}.

    Way out: Put a filed host name in front of the service and list that; call api.weixin.qq.com from the server.
    """
    for kind in (*KINDS, "webview"):
        for entry in getattr(domains, kind):
            fault = _fault(entry, kind)
            if fault is not None:
                yield Finding(At("domain", entry), {"entry": entry, "fault": fault, "list": kind})


@rule(
    "HST002",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.domain",),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def too_many_domains(domains: Domains) -> Iterator[Finding]:
    """A domain list is longer than WeChat takes.

    Each list holds at most 200 hosts, and lists can be changed 50 times a month.

    Found: the list {list} has {count} hosts, at most {max} are taken.

    Way out: Bring services together behind one gateway host, and remove hosts nobody calls.
    """
    for kind in KINDS:
        count = len(set(getattr(domains, kind)))
        if count > PER_KIND_MAX:
            yield Finding(At("declaration", f"domains.{kind}"), {"list": kind, "count": count, "max": PER_KIND_MAX})


@rule(
    "HST003",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.RISKY,
    requirements=("wx.domain",),
    owner=Owner.PLATFORM,
    effort=Effort.DAY,
)
def storage_default_domain(domains: Domains) -> Iterator[Finding]:
    """A default domain of object storage is listed.

    The default domain belongs to the cloud: your filing does not cover it, clouds force downloads from it or switch it
    off for new buckets, and everybody who knows the bucket's name shares your listing.

    Found: {host} is a default domain of object storage.

    Way out: Bind a filed domain of your own to the bucket, with its certificate, and list that.
    """
    for host in sorted(domains.listed):
        if suffix(bare(host), listed("storage_default")) is not None:
            yield Finding(At("domain", host), {"host": host})


@rule(
    "HST004",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "advice.network"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.DAYS,
)
def service_abroad_is_listed(domains: Domains) -> Iterator[Finding]:
    """A service whose servers are abroad stands on the domain list.

    Each call hands it at least the address and the device of the shopper: that is a transfer abroad which needs its
    ground. Many such hosts are slow or unreachable from the mainland besides.

    Found: {host} belongs to {service}, whose servers are abroad.

    Way out: Use a service in the mainland or a host of your own that passes on only counts; else declare the flow with
    its mechanism and ask for the separate consent.
    """
    for host in sorted(domains.listed):
        service = abroad(bare(host))
        if service is not None:
            yield Finding(At("domain", host), {"host": host, "service": service})


def _fault(entry: str, kind: str) -> str | None:
    host = bare(entry)
    if entry.startswith(("http://", "ws://")):
        return "http"
    if is_address(host):
        return "ip"
    if "*" in host:
        return "wildcard"
    if host == "localhost" or "." not in host:
        return "localhost"
    return "wechat" if host in OWN_OF_WECHAT and kind != "webview" else None
