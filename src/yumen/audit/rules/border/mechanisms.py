"""On which ground data goes abroad, by the number of persons: Order 16, articles 3 to 9."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from yumen.audit.declaration import FilingKind, Filings, Flow, Flows
from yumen.audit.finding import At, Certainty, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.filings.applies import done
from yumen.audit.world import AsOf
from yumen.kit.errors import Fact
from yumen.law import Tag, crossborder, number

STRENGTH = {"none": 0, "standard_contract": 1, "certification": 1, "assessment": 2}
NEEDED = ("none", "standard_contract", "assessment")
FILED = {
    "standard_contract": FilingKind.STANDARD_CONTRACT,
    "certification": FilingKind.CERTIFICATION,
    "assessment": FilingKind.ASSESSMENT,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Persons of all flows that count, this year. Flows may share persons: the sum is the most it can be."""

    general: int
    sensitive: int
    unknown: tuple[str, ...]
    summed: bool


def counted(flows: Flows) -> Counted:
    """Flows on a named exemption do not count; neither is a person counted whose number nobody wrote down."""
    counting = [flow for flow in flows.listed if exemption(flow) is None]
    return Counted(
        sum(flow.people or 0 for flow in counting),
        sum(flow.sensitive_people or 0 for flow in counting),
        tuple(flow.name for flow in counting if flow.people is None and flow.sensitive_people is None),
        len(counting) > 1,
    )


def exemption(flow: Flow) -> str | None:
    """`contract` of `exempt:contract`. The one for small numbers is no exemption of its own: it is the count."""
    ground = (flow.mechanism or "").partition("exempt:")[2]
    return ground if ground and ground != SMALL else None


SMALL = "small"


def needed(flows: Flows, persons: Counted, on: date) -> str:
    """The weakest mechanism that suffices: `none`, `standard_contract` (or certification), `assessment`."""
    if flows.critical_operator or flows.important_data:
        return "assessment"
    if persons.sensitive >= number("export.sensitive_assessment", on).value:
        return "assessment"
    if persons.general >= number("export.general_assessment", on).value:
        return "assessment"
    small = persons.sensitive < number("export.sensitive_mechanism", on).value
    return "none" if small and persons.general < number("export.general_mechanism", on).value else "standard_contract"


@rule(
    "BRD001",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "order16.7", "order16.8"),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def mechanism_does_not_suffice(flows: Flows, day: AsOf) -> Iterator[Finding | Gap]:
    """Data goes abroad on a ground that does not suffice for the number of persons.

    Counted are the different persons of all flows since 1 January, general and sensitive apart: from 100,000 on, or
    from one person with sensitive data, a standard contract or a certificate; from 1,000,000, or 10,000 with sensitive
    data, a security assessment. Splitting the number does not help.

    Found: {flow}: {general} persons, {sensitive} with sensitive data; needed is {needed}, there is {has}.

    Way out: Stop what exceeds, send fewer persons or fewer fields, or obtain the mechanism before going on.
    """
    persons = counted(flows)
    for name in persons.unknown:
        yield Gap("flow_people", {"flow": name}, whole=False)
    need = needed(flows, persons, day.on)
    for flow in flows.listed:
        has = flow.mechanism or "none"
        if exemption(flow) is None and STRENGTH.get(has, 0) < STRENGTH[need]:
            facts: dict[str, Fact] = {
                "flow": flow.name,
                "general": persons.general,
                "sensitive": persons.sensitive,
                "needed": need,
                "has": has,
            }
            yield Finding(
                At("flow", flow.name),
                facts,
                Certainty.LIKELY if persons.summed else Certainty.PROVEN,
                key=f"{need} {has}",
                people=persons.general + persons.sensitive,
            )


@rule(
    "BRD002",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "order13.7"),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def mechanism_is_not_filed(flows: Flows, filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """A flow names a mechanism that no filing shows.

    A standard contract counts once it is in force and is filed within ten working days; a certificate and an assessment
    count from their day on.

    Found: {flow} rests on {mechanism}, and none stands among the filings.

    Way out: File it, and stop the flow until it is; or add the receipt to the declaration.
    """
    for flow in flows.listed:
        kind = FILED.get(flow.mechanism or "")
        if kind is None:
            continue
        if not filings.of(kind):
            yield Gap("filing", {"kind": kind})
        elif not [one for one in done(filings, kind) if one.until is None or one.until >= day.on]:
            yield Finding(At("flow", flow.name), {"flow": flow.name, "mechanism": flow.mechanism or ""})


@rule(
    "BRD003",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("ndsmr.38", "order13.7"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def recipient_is_not_in_the_filing(flows: Flows, filings: Filings) -> Iterator[Finding | Gap]:
    """The recipient of a flow is not the one that was filed.

    A mechanism covers its recipient, purpose and scope. Another company of the group is another recipient.

    Found: {flow} goes to {recipient}; the {mechanism} covers {covered}.

    Way out: Have the recipient added (a new impact assessment and a new filing), or stop the flow.
    """
    for flow in flows.listed:
        kind = FILED.get(flow.mechanism or "")
        standing = done(filings, kind) if kind else ()
        covered = {name for one in standing for name in one.recipients}
        if kind and not covered:
            yield Gap("filing_recipients", {"kind": kind}, whole=False)
        if covered and flow.recipient not in covered:
            facts: dict[str, Fact] = {
                "flow": flow.name,
                "recipient": flow.recipient,
                "mechanism": flow.mechanism or "",
                "covered": ", ".join(sorted(covered)),
            }
            yield Finding(At("flow", flow.name), facts)


@rule(
    "BRD004",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("order16.5",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def exemption_is_none(flows: Flows, day: AsOf) -> Iterator[Finding]:
    """A flow rests on an exemption that the law does not know.

    The exemptions are a closed list: no personal data, foreign round trip, a contract with the person, human
    resources, an emergency, small numbers, a free-trade zone's list. "Group interest" is none of them.

    Found: {flow} rests on "{ground}".

    Way out: Name the exemption that fits, or take one of the three mechanisms.
    """
    for flow in flows.listed:
        ground = exemption(flow)
        if ground is not None and crossborder.find_exemption(ground, day.on) is None:
            yield Finding(At("flow", flow.name), {"flow": flow.name, "ground": ground})


@rule(
    "BRD005",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("order16.7", "order16.8"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.DAYS,
)
def threshold_is_near(flows: Flows, day: AsOf) -> Iterator[Finding | Gap]:
    """The number of persons comes close to the next threshold.

    Whoever passes it in the middle of a campaign has to stop: an assessment takes months and covers everything since
    1 January.

    Found: {count} of {threshold} persons ({share} of 100) this year.

    Way out: Forecast the year now; send fewer persons, or begin with the next mechanism.
    """
    persons = counted(flows)
    for name in persons.unknown:
        yield Gap("flow_people", {"flow": name}, whole=False)
    alarm = number("export.alarm_second", day.on).value
    for name, count in (
        ("export.general_mechanism", persons.general),
        ("export.general_assessment", persons.general),
        ("export.sensitive_assessment", persons.sensitive),
    ):
        threshold = number(name, day.on).value
        if threshold * alarm <= count * 100 < threshold * 100:
            facts: dict[str, Fact] = {"count": count, "threshold": threshold, "share": count * 100 // threshold}
            yield Finding(At("flow", "*"), facts, Certainty.LIKELY, key=name)


@rule(
    "BRD006",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("order16.8", "pipl.38"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def numbers_are_split(flows: Flows, day: AsOf) -> Iterator[Finding]:
    """Several flows to one recipient stay below a threshold that they pass together.

    Splitting the number of persons to avoid a mechanism is forbidden in so many words.

    Found: {flows} go to {recipient}: {together} persons together.

    Way out: Count them as one flow and take the mechanism of the sum.
    """
    threshold = number("export.general_mechanism", day.on).value
    by_recipient: dict[str, list[Flow]] = {}
    for flow in flows.listed:
        if exemption(flow) is None:
            by_recipient.setdefault(flow.recipient, []).append(flow)
    for recipient, group in sorted(by_recipient.items()):
        counts = [flow.people or 0 for flow in group]
        if len(group) > 1 and max(counts) < threshold <= sum(counts):
            names = ", ".join(flow.name for flow in group)
            facts: dict[str, Fact] = {"flows": names, "recipient": recipient, "together": sum(counts)}
            yield Finding(At("flow", names), facts, Certainty.LIKELY, key=recipient)
