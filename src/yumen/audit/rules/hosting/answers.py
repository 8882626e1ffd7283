"""How hosts answer: versions of TLS, the chain, its end, the time it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from yumen.audit.declaration import FilingKind, Filings
from yumen.audit.evidence.hosts import Probe, Probes
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.filings.applies import done
from yumen.audit.world import AsOf
from yumen.kit.errors import Fact
from yumen.law import Tag, number

NEW = frozenset({"1.2", "1.3"})
OLD = frozenset({"1.0", "1.1", "ssl3"})
FIRST_BYTE_MS_MAX = 600
BUDGET_MS_MAX = 1_000
"""From a mainland vantage point: name, connection, handshake and first byte together. Our figure."""


def silent(probes: Probes, word: str, tells: Callable[[Probe], object]) -> Iterator[Gap]:
    """One gap for the hosts whose record does not tell that; a whole one where none does."""
    answered = probes.answered()
    without = [probe for probe in answered if not tells(probe)]
    if without:
        facts: dict[str, Fact] = {"host": without[0].host, "hosts": len(without), "word": word}
        yield Gap("probe_word", facts, whole=len(without) == len(answered))


def _versions(probe: Probe) -> tuple[str, ...]:
    return probe.tls.versions if probe.tls is not None else ()


@rule(
    "HST020",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.tls",),
    owner=Owner.PLATFORM,
    effort=Effort.HALF_DAY,
)
def tls_is_too_old(probes: Probes) -> Iterator[Finding | Gap]:
    """A host speaks no TLS 1.2 or higher.

    WeChat's client refuses the connection, and so do iPhones.

    Found: {host} speaks TLS {versions} only.

    Way out: Switch on TLS 1.2 and 1.3 at the load balancer.
    """
    yield from silent(probes, "tls.versions", _versions)
    for probe in probes.answered():
        spoken = _versions(probe)
        if spoken and not NEW & set(spoken):
            facts: dict[str, Fact] = {"host": probe.host, "versions": ", ".join(sorted(spoken))}
            yield Finding(At("domain", probe.host), facts)


@rule(
    "HST021",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.tls",),
    owner=Owner.PLATFORM,
    effort=Effort.HALF_DAY,
)
def certificate_does_not_hold(probes: Probes, day: AsOf) -> Iterator[Finding | Gap]:
    """A certificate is expired, or its chain is not trusted.

    A missing intermediate certificate works in most browsers and fails on many Android phones; an expired one fails
    everywhere.

    Found: {host}: {fault}.

    Way out: Install the whole chain from a public authority and have it renewed by itself.
    """
    yield from silent(
        probes, "tls.chain_ok", lambda one: one.tls and (one.tls.chain_ok is not None or one.tls.not_after)
    )
    for probe in probes.answered():
        if probe.tls is None:
            continue
        if probe.tls.not_after is not None and probe.tls.not_after < day.on:
            facts: dict[str, Fact] = {"host": probe.host, "fault": "expired", "until": probe.tls.not_after.isoformat()}
            yield Finding(At("domain", probe.host), facts)
        elif probe.tls.chain_ok is False:
            yield Finding(At("domain", probe.host), {"host": probe.host, "fault": "untrusted"})


@rule(
    "HST022", Area.HOSTING, Tag.ADVICE, Effect.RISKY, requirements=("wx.tls",), owner=Owner.PLATFORM, effort=Effort.HOUR
)
def certificate_ends_soon(probes: Probes, day: AsOf) -> Iterator[Finding | Gap]:
    """A certificate ends soon.

    On the day after, every phone fails at once.

    Found: the certificate of {host} ends on {until}, in {days} days.

    Way out: Renew it now and automate the next one; watch the date from outside.
    """
    yield from silent(probes, "tls.not_after", lambda one: one.tls and one.tls.not_after)
    last = day.on + timedelta(days=number("certificate.warning", day.on).value)
    for probe in probes.answered():
        until = probe.tls.not_after if probe.tls else None
        if until is not None and day.on <= until <= last:
            facts: dict[str, Fact] = {"host": probe.host, "until": until.isoformat(), "days": (until - day.on).days}
            yield Finding(At("domain", probe.host), facts, key=until.isoformat())


@rule(
    "HST023",
    Area.HOSTING,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("wx.tls",),
    owner=Owner.PLATFORM,
    effort=Effort.HOUR,
)
def old_tls_is_still_spoken(probes: Probes) -> Iterator[Finding | Gap]:
    """A host still speaks TLS 1.0 or 1.1.

    No phone that runs WeChat needs them, and a tester of graded protection writes them down as a flaw.

    Found: {host} still speaks TLS {versions}.

    Way out: Switch them off at the load balancer and the delivery network.
    """
    yield from silent(probes, "tls.versions", _versions)
    for probe in probes.answered():
        spoken = set(_versions(probe))
        old = sorted(OLD & spoken)
        if old and NEW & spoken:
            yield Finding(At("domain", probe.host), {"host": probe.host, "versions": ", ".join(old)})


@rule(
    "HST024",
    Area.HOSTING,
    Tag.ADVICE,
    Effect.RISKY,
    requirements=("advice.network", "wx.tls"),
    owner=Owner.PLATFORM,
    effort=Effort.HALF_DAY,
)
def certificate_status_cannot_be_asked(probes: Probes) -> Iterator[Finding | Gap]:
    """The revocation service of a certificate is not reachable from China.

    Phones that ask it wait until they give up: seconds on the first request, with nothing wrong to be seen on the
    server.

    Found: {host} names {status}, which did not answer from the mainland.

    Way out: Switch on OCSP stapling, or take a certificate whose authority answers in China.
    """
    if not probes.in_mainland:
        yield Gap("vantage", {})
        return
    yield from silent(probes, "tls.status_hosts", lambda one: one.tls and one.tls.status_hosts)
    for probe in probes.answered():
        for status in sorted(set(probe.tls.status_hosts if probe.tls else ()) & set(probe.unreachable)):
            yield Finding(At("domain", probe.host), {"host": probe.host, "status": status})


@rule(
    "HST025",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("crypto.39",),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def level_three_has_no_sm_certificate(probes: Probes, filings: Filings) -> Iterator[Finding | Gap]:
    """A system of level 3 answers without an SM certificate.

    From level 3 on the use of commercial cryptography is assessed every year. A host with an RSA or ECDSA certificate
    alone will be written down there.

    Found: {host} has no SM2 certificate; the system is graded level {level}.

    Way out: Add an SM2 certificate beside the present one (both can be served) and plan the assessment.
    """
    graded = done(filings, FilingKind.MLPS)
    level = max((one.level or 0 for one in graded), default=0)
    if level < 3:
        if any(one.level is None for one in graded):
            yield Gap("filing_word", {"kind": FilingKind.MLPS, "word": "level"})
        return
    yield from silent(probes, "tls.sm_certificate", lambda one: one.tls and one.tls.sm_certificate is not None)
    for probe in probes.answered():
        if probe.tls is not None and probe.tls.sm_certificate is False:
            yield Finding(At("domain", probe.host), {"host": probe.host, "level": level}, key=probe.host)


@rule(
    "HST026",
    Area.HOSTING,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("advice.network",),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def host_answers_late(probes: Probes) -> Iterator[Finding | Gap]:
    """A host answers late from the mainland.

    The first request of a cold start pays for the name, the connection, the handshake and the first byte. Above a
    second together, shoppers on a weak network leave.

    Found: {host} takes {total} ms: name {dns}, connection {connect}, handshake {tls}, first byte {first_byte}.

    Way out: Look at the largest part: name and connection want a nearer region, the handshake wants TLS 1.3 and
    session resumption, the first byte wants the server.
    """
    if not probes.in_mainland:
        yield Gap("vantage", {})
        return
    yield from silent(probes, "times_ms", lambda one: one.times_ms)
    for probe in probes.answered():
        times = probe.times_ms
        if times is None:
            continue
        total = times.dns + times.connect + times.tls + times.first_byte
        if total > BUDGET_MS_MAX or times.first_byte > FIRST_BYTE_MS_MAX:
            parts = {name: round(getattr(times, name)) for name in ("dns", "connect", "tls", "first_byte")}
            facts: dict[str, Fact] = {"host": probe.host, "total": round(total), **parts}
            yield Finding(At("domain", probe.host), facts, key=probe.host)


@rule(
    "HST027",
    Area.HOSTING,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("advice.network",),
    owner=Owner.PLATFORM,
    effort=Effort.HOUR,
)
def no_http2(probes: Probes) -> Iterator[Finding | Gap]:
    """A host speaks no HTTP/2.

    A first screen with several calls opens a connection for each, and each pays the handshake anew.

    Found: {host} speaks HTTP/1.1 only.

    Way out: Switch HTTP/2 on at the load balancer and set `enableHttp2` in the requests.
    """
    yield from silent(probes, "http2", lambda one: one.http2 is not None)
    for probe in probes.answered():
        if probe.http2 is False:
            yield Finding(At("domain", probe.host), {"host": probe.host})
