"""What a policy has to say besides: on sensitive data, ways abroad, automated decisions and children."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.declaration import Flows, Service
from yumen.audit.evidence.policy import PolicyText
from yumen.audit.finding import Finding, Gap, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.privacy.contents import lacks
from yumen.law import Tag


@rule(
    "PRV007",
    Area.PRIVACY,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.30",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def sensitive_data_is_not_explained(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not explain sensitive data: why it is necessary and what it does to the person.

    Location, health, cards and everything about children under 14 is sensitive. Its necessity and its effect on the
    person are told besides the usual notice.

    Found: no words on "{topic}" were found.

    Way out: Name the sensitive items one by one, each with necessity, effect and the place where it is agreed to; if
    there are none, say that.
    """
    yield from lacks(policy, "sensitive")


@rule(
    "PRV008",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.39",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def way_abroad_is_not_told(policy: PolicyText, flows: Flows) -> Iterator[Finding]:
    """Data goes abroad and the policy does not say so.

    Name and contact of the recipient, purpose, method, kinds, and how rights are exercised against the recipient: all
    of it is told, whatever the mechanism, an exemption included.

    Found: flows abroad declared: {flows}; no words on "{topic}" were found.

    Way out: Add a chapter with one block for each recipient abroad.
    """
    if flows.listed:
        for finding in lacks(policy, "abroad", "abroad_rights"):
            facts = {**finding.facts, "flows": len(flows.listed)}
            yield Finding(finding.place, facts, finding.certainty, key=finding.key)


@rule(
    "PRV009",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.39", "pipl.23"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def recipient_abroad_is_not_named(policy: PolicyText, flows: Flows) -> Iterator[Finding]:
    """A recipient abroad is not named in the policy.

    "Our group" or "our partners" is no name. Each recipient abroad is told by its own.

    Found: {recipient} receives data in {country} and is not named.

    Way out: Add the recipient with its contact, or stop the flow.
    """
    told = policy.main.text.lower()
    for flow in flows.listed:
        if flow.recipient.lower() not in told:
            facts = {"recipient": flow.recipient, "country": flow.country}
            yield Finding(InFile(policy.main.path), facts, key=flow.recipient)


@rule(
    "PRV010", Area.PRIVACY, Tag.LAW, Effect.RISKY, requirements=("pipl.24",), owner=Owner.COMPLIANCE, effort=Effort.DAY
)
def personalisation_has_no_way_out(policy: PolicyText, service: Service | None) -> Iterator[Finding | Gap]:
    """The policy names no way to switch personalised offers off.

    Who pushes by an automated decision offers one that is not personal, or an easy refusal.

    Found: no words on "{topic}" were found.

    Way out: Build the switch, off or on as the person wants, and name its place in the policy.
    """
    if service is None or service.recommends is None:
        yield Gap("service_word", {"word": "recommends"})
    elif service.recommends:
        yield from lacks(policy, "automated")


@rule(
    "PRV011",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.31",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def children_are_not_mentioned(policy: PolicyText) -> Iterator[Finding]:
    """The policy says nothing about children.

    Data of a child under 14 needs a guardian's consent and rules of its own; a service open to everyone says at least
    what happens when a child comes.

    Found: no words on "{topic}" were found.

    Way out: Add a chapter on minors, and separate rules if children are meant to use the service.
    """
    yield from lacks(policy, "minors")
