"""Where hosts really are: their addresses, their content delivery, the hosts their pages call."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.declaration import Flows
from yumen.audit.evidence.hosts import Probes, Where
from yumen.audit.finding import At, Certainty, Finding, Gap
from yumen.audit.known_hosts import is_abroad, listed, suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.hosting.answers import silent
from yumen.law import Tag


@rule(
    "HST010",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.40", "pipl.38", "advice.residency"),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def host_answers_from_abroad(probes: Probes, flows: Flows | None) -> Iterator[Finding | Gap]:
    """A host of the mini-program answers from outside the mainland.

    What phones send there has left the mainland, Hong Kong, Macao and Taiwan included: a transfer abroad that needs
    its mechanism. A host abroad cannot be filed either, so WeChat may take it off the list.

    Found: {host} answers from {ip}: {where}.

    Way out: Serve it from a mainland region; if it is meant to be abroad, declare the flow.
    """
    declared = [host for flow in flows.listed for host in flow.hosts] if flows else []
    for probe in probes.answered():
        if suffix(probe.host, declared) is not None:
            continue
        outside = next((one for one in probe.addresses if one.place.outside), None)
        if outside is not None:
            yield Finding(
                At("domain", probe.host), {"host": probe.host, "ip": outside.ip, "where": outside.place}, key=probe.host
            )
        elif probe.addresses and all(one.place is Where.UNKNOWN for one in probe.addresses):
            yield Gap("address_unknown", {"host": probe.host}, whole=False)


@rule(
    "HST011",
    Area.HOSTING,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.domain",),
    owner=Owner.PLATFORM,
    effort=Effort.HALF_DAY,
)
def host_answers_from_a_private_address(probes: Probes) -> Iterator[Finding]:
    """A host of the mini-program has a private address.

    A phone cannot reach it outside your own network; it works in the office and fails everywhere else, in WeChat's
    review too.

    Found: {host} has the private address {ip}.

    Way out: Point the public name at the public address; keep names for the inside in a zone of their own.
    """
    for probe in probes.answered():
        for one in probe.addresses:
            if one.place is Where.PRIVATE:
                yield Finding(At("domain", probe.host), {"host": probe.host, "ip": one.ip})


@rule(
    "HST012",
    Area.HOSTING,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("advice.network",),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def delivery_network_is_abroad(probes: Probes) -> Iterator[Finding | Gap]:
    """Content comes from a delivery network without mainland edges.

    Pictures then cross the border at peak hours, with losses between 4 and 15 per cent on ordinary lines. The mainland
    edge of such a network is a contract of its own, with a filed domain.

    Found: {host} is delivered by {network}.

    Way out: Use a mainland delivery network, or buy the mainland edge of this one.
    """
    yield from silent(probes, "cname", lambda one: one.cname)
    for probe in probes.answered():
        if any(suffix(name, listed("cdn_mainland")) for name in probe.cname):
            continue
        network = next((found for name in probe.cname if (found := suffix(name, listed("cdn_abroad")))), None)
        if network is not None:
            yield Finding(At("domain", probe.host), {"host": probe.host, "network": network}, Certainty.LIKELY)


@rule(
    "HST013",
    Area.HOSTING,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "pipl.23"),
    owner=Owner.AGENCY,
    effort=Effort.DAY,
)
def page_calls_a_host_abroad(probes: Probes, flows: Flows | None) -> Iterator[Finding | Gap]:
    """A web page of the mini-program calls services abroad.

    A page inside a web-view runs scripts like any website. Each counter, font or map from abroad gets the shopper's
    address and what they look at, and makes the page wait for a slow line.

    Found: pages of {host} call {called}.

    Way out: Remove the script or serve it yourself; what has to stay is declared as a flow.
    """
    declared = [host for flow in flows.listed for host in flow.hosts] if flows else []
    yield from silent(probes, "page_hosts", lambda one: one.page_hosts)
    for probe in probes.answered():
        for called in sorted(set(probe.page_hosts)):
            if is_abroad(called) and suffix(called, declared) is None:
                yield Finding(At("domain", probe.host), {"host": probe.host, "called": called})
