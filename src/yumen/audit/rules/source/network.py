"""Where requests go: scheme, host, port, and whether anybody declared it."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.declaration import Domains
from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.known_hosts import suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import SourceEvidence, hosts
from yumen.audit.source.addresses import Origin, called, shown
from yumen.audit.source.sites import setting
from yumen.kit.errors import Fact
from yumen.law import Tag

_PLAIN = frozenset({"http", "ws"})
_NO_HOST = frozenset({"ip", "lan", "local"})


@rule("SRC010", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain", "wx.tls"), effort=Effort.HALF_DAY)
def request_without_tls(source: SourceEvidence) -> Iterator[Finding]:
    """A request goes over plain `http` or `ws`.

    WeChat refuses it on every phone; it works only in the developer tool with the check switched off. Where it does
    get through, anybody on the way reads and changes what is sent.

    Found: {url} is called by `{api}`; calls that lead there: {calls}.

    Way out: Serve the host over TLS 1.2 or higher and write `https` or `wss`.
    """
    for origin in _origins(source):
        if origin.address.scheme in _PLAIN and hosts.whose(origin.address.host) not in _NO_HOST:
            yield _about(origin)


@rule("SRC011", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain",), effort=Effort.HALF_DAY)
def request_to_an_address_without_name(source: SourceEvidence) -> Iterator[Finding]:
    """A request goes to an IP address or to a developer's machine.

    The domain list takes names with a filing only. An address in the code is usually a forgotten test server, and the
    first thing that breaks after the release.

    Found: {url} is called by `{api}`; calls that lead there: {calls}.

    Way out: Use the filed name of the server. Choose the base address by the `envVersion` that
    `wx.getAccountInfoSync()` gives, and keep addresses of machines in files that are not uploaded.
    """
    for origin in _origins(source):
        kind = hosts.whose(origin.address.host)
        if kind in _NO_HOST:
            sure = Certainty.PROVEN if kind == "ip" else Certainty.LIKELY
            yield _about(origin, certainty=sure)


@rule("SRC012", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain",), effort=Effort.HOUR)
def request_to_an_unlisted_host(source: SourceEvidence, domains: Domains) -> Iterator[Finding]:
    """The code calls a host that is not on the domain list.

    The call fails with `url not in domain list` (errno 600002) on every phone. Either the list is old or the code
    calls somebody nobody decided on.

    Found: {url} is called by `{api}` and stands on none of the declared lists.

    Way out: If the host is yours and filed, add it in the WeChat back office (50 changes a month). If not, take the
    call out.
    """
    for origin in _origins(source):
        host = origin.address.host
        if host not in domains.listed and hosts.whose(host) not in _NO_HOST and origin.address.scheme not in _PLAIN:
            yield _about(origin)


@rule("SRC013", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain",), effort=Effort.HOUR)
def request_to_another_port(source: SourceEvidence, domains: Domains) -> Iterator[Finding]:
    """The code calls a listed host at another port.

    Host and port on the list must match the request letter for letter: `:443` must not be written where the list has
    none, and another port is another entry.

    Found: {url} is called by `{api}`; the list has {host} without port {port}.

    Way out: Take the port out of the address, or list the host with it.
    """
    lists = (*domains.request, *domains.upload, *domains.download)
    written = {
        entry.partition("://")[2].partition("/")[0].lower() if "://" in entry else entry.lower() for entry in lists
    }
    for origin in _origins(source):
        address = origin.address
        unwritten = f"{address.host}:{address.port}" not in written and address.scheme not in {"ws", "wss"}
        if address.port and address.host in domains.listed and unwritten:
            yield _about(origin, host=address.host, port=address.port)


@rule(
    "SRC014",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "pipl.39", "wx.domain"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.WEEKS,
)
def request_to_a_service_abroad(source: SourceEvidence) -> Iterator[Finding]:
    """The code calls a service that stands abroad.

    Even without a form field such a call hands over the shopper's address and what they do, which needs a mechanism,
    a notice and in most cases a separate consent. A host without a filing cannot be listed, so the call fails in the
    released version; and lines abroad are slow at best.

    Found: {url} ({whose}) is called by `{api}`; calls that lead there: {calls}.

    Way out: Put a server in the mainland between, which sends abroad only what a declared flow allows.
    """
    for origin in _origins(source):
        if hosts.is_abroad(origin.address.host):
            yield _about(origin, whose=hosts.whose(origin.address.host))


@rule("SRC015", Area.SOURCE, Tag.ADVICE, Effect.RISKY, requirements=("advice.network",), effort=Effort.DAY)
def picture_or_font_from_abroad(source: SourceEvidence) -> Iterator[Finding]:
    """Pictures, fonts or styles come from hosts abroad or over plain `http`.

    They load late or never on phones in China, and the host learns each shopper's address.

    Found: {url} is loaded by a template or a style sheet.

    Way out: Keep them in a bucket in the mainland behind a mainland delivery network, or in the package.
    """
    for program in source.programs:
        seen: set[str] = set()
        for address, place in shown(program):
            if address.name not in seen and not hosts.is_sample(address.host) and hosts.is_abroad(address.host):
                seen.add(address.name)
                yield Finding(place, {"url": address.name}, key=address.name)


@rule("SRC016", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain",), effort=Effort.HOUR)
def request_through_a_tunnel(source: SourceEvidence) -> Iterator[Finding]:
    """The code calls a developer's tunnel.

    The name points to somebody's laptop, changes from day to day and has no filing. After it lapses anybody may take
    it and receive what the code sends.

    Found: {url} is called by `{api}`.

    Way out: Take it out of the released code; use it only in a local settings file.
    """
    for origin in _origins(source):
        if hosts.whose(origin.address.host) == "tunnel":
            yield _about(origin)


@rule("SRC017", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("wx.domain",), effort=Effort.HOUR)
def listed_host_without_a_call(source: SourceEvidence, domains: Domains) -> Iterator[Finding]:
    """A host on the request list is called by no code that was read.

    Old entries keep a door open for whoever gets the old name. An address that is put together at run time is not
    seen here, so ask before you remove it.

    Found: {host} is on the request list, and no call to it was found.

    Way out: Remove what nobody needs from the list.
    """
    texts = [one.text for program in source.programs for facts in program.facts for one in facts.literals]
    for program in source.programs[:1]:
        for entry in sorted(set(domains.request)):
            host = entry.partition("://")[2] if "://" in entry else entry
            if not any(host.lower() in text.lower() for text in texts):
                yield Finding(setting(program), {"host": host}, Certainty.LIKELY, key=host)


@rule("SRC018", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.domain",), effort=Effort.HALF_DAY)
def web_view_of_an_unlisted_page(source: SourceEvidence, domains: Domains) -> Iterator[Finding]:
    """A web-view shows a page whose host is not a listed business domain.

    WeChat shows an error page instead. Business domains need a file of proof at the host, and one domain serves at
    most 100 owners.

    Found: `web-view` shows {url}, which is not among the declared business domains.

    Way out: List the host as a business domain, or build the page natively.
    """
    listed = tuple(host.partition("://")[2] if "://" in host else host for host in domains.webview)
    for url, place in _web_views(source):
        if suffix(url.host, listed) is None and hosts.whose(url.host) not in _NO_HOST:
            yield Finding(place, {"url": url.name}, key=url.name)


@rule(
    "SRC019",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.39", "wx.domain"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.WEEKS,
)
def web_view_of_a_page_abroad(source: SourceEvidence) -> Iterator[Finding]:
    """A web-view shows a page that stands abroad or comes without TLS.

    The shopper believes to be inside the mini-program; the page's counters, forms and cookies send what they like to
    wherever they stand. WeChat refuses pages without TLS and hosts without filing.

    Found: `web-view` shows {url}.

    Way out: Serve the page from the mainland on a filed host, without foreign scripts.
    """
    for url, place in _web_views(source):
        if hosts.is_abroad(url.host) or (url.scheme == "http" and hosts.whose(url.host) not in _NO_HOST):
            yield Finding(place, {"url": url.name}, key=url.name)


def _web_views(source: SourceEvidence) -> Iterator[tuple[hosts.Address, InFile]]:
    for program in source.programs:
        seen: set[str] = set()
        for text, place in program.web_views:
            url = hosts.address(text)
            if url is not None and url.name not in seen and not hosts.is_sample(url.host):
                seen.add(url.name)
                yield url, place


def _origins(source: SourceEvidence) -> Iterator[Origin]:
    for program in source.programs:
        yield from called(program)


def _about(origin: Origin, certainty: Certainty | None = None, **facts: str) -> Finding:
    told: dict[str, Fact] = {"url": origin.address.name, "api": origin.api, "calls": origin.calls, **facts}
    key = f"{origin.address.name} {origin.api}"
    return Finding(origin.place, told, certainty or origin.certainty, key=key, package=origin.package)
