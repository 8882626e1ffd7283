"""What every way abroad owes, whatever its ground: a separate consent, an assessment, a full description."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from yumen.audit.declaration import FilingKind, Filings, Flows
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.filings.applies import done
from yumen.audit.world import AsOf
from yumen.law import Tag, number


@rule("BRD010", Area.BORDER, Tag.LAW, Effect.ILLEGAL, requirements=("pipl.39",), owner=Owner.AGENCY, effort=Effort.DAYS)
def no_separate_consent(flows: Flows) -> Iterator[Finding | Gap]:
    """Data goes abroad without a separate consent.

    Where processing rests on consent, going abroad needs one of its own: specific, not bundled, with name and contact
    of the recipient. A ticked privacy policy is none.

    Found: {flow} to {recipient} has no separate consent.

    Way out: Ask on a screen of its own and record text, version and time; send nothing of those who said no.
    """
    for flow in flows.listed:
        if flow.separate_consent is None and not (flow.mechanism or "").startswith("exempt:"):
            yield Gap("flow_word", {"flow": flow.name, "word": "separate_consent"}, whole=False)
        elif flow.separate_consent is False:
            facts = {"flow": flow.name, "recipient": flow.recipient}
            yield Finding(At("flow", flow.name), facts, key=flow.recipient, people=flow.people)


@rule(
    "BRD011",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.55",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def no_impact_assessment(flows: Flows, filings: Filings) -> Iterator[Finding]:
    """Data goes abroad without an impact assessment.

    The assessment is made before the first transfer, on an exemption too, and kept three years.

    Found: no impact assessment for {flow} is on record.

    Way out: Assess lawfulness, risk and measures by the six items, date and sign it, keep it with the flow.
    """
    general = any(not one.recipients for one in done(filings, FilingKind.IMPACT_ASSESSMENT))
    covered = {name for one in done(filings, FilingKind.IMPACT_ASSESSMENT) for name in one.recipients}
    for flow in flows.listed:
        if flow.impact_assessment_on is None and not general and flow.recipient not in covered:
            yield Finding(At("flow", flow.name), {"flow": flow.name})


@rule(
    "BRD012",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("order13.7", "pipl.55"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def assessment_was_old_when_filed(flows: Flows, filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """The impact assessment was older than three months when it was filed.

    The template of the filing asks for one finished within the three months before; an older one is sent back.

    Found: {flow}: assessed on {assessed}, filed on {filed}.

    Way out: Renew the assessment before filing.
    """
    freshness = timedelta(days=number("export.assessment_freshness", day.on).days)
    for flow in flows.listed:
        for filing in (*done(filings, FilingKind.STANDARD_CONTRACT), *done(filings, FilingKind.ASSESSMENT)):
            covers = not filing.recipients or flow.recipient in filing.recipients
            if not covers or filing.kind.value != flow.mechanism:
                continue
            if flow.impact_assessment_on is None:
                yield Gap("flow_word", {"flow": flow.name, "word": "impact_assessment_on"}, whole=False)
            elif filing.on is None:
                yield Gap("filing_day", {"kind": filing.kind}, whole=False)
            elif filing.on - flow.impact_assessment_on > freshness:
                facts = {
                    "flow": flow.name,
                    "assessed": flow.impact_assessment_on.isoformat(),
                    "filed": filing.on.isoformat(),
                }
                yield Finding(At("flow", flow.name), facts, key="age")


@rule(
    "BRD013",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.39", "pipl.55"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def flow_is_half_described(flows: Flows) -> Iterator[Finding]:
    """A flow abroad is declared without its purpose or its fields.

    What is not described cannot be told to a person, assessed, or kept to.

    Found: {flow} says no {missing}.

    Way out: Write the purpose in one sentence and name each field that leaves.
    """
    for flow in flows.listed:
        for missing, there in (("purpose", flow.purpose), ("fields", flow.fields)):
            if not there:
                yield Finding(At("flow", flow.name), {"flow": flow.name, "missing": missing}, key=missing)


@rule(
    "BRD014",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.31", "pipl.28"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def minors_go_abroad(flows: Flows) -> Iterator[Finding]:
    """Data of minors goes abroad.

    Under 14 everything is sensitive: one child is enough to need a standard contract, and the guardian agrees
    separately.

    Found: {flow} to {country} covers minors.

    Way out: Leave minors out of the flow; where that cannot be done, count them as sensitive and ask the guardian.
    """
    for flow in flows.listed:
        if flow.minors:
            yield Finding(At("flow", flow.name), {"flow": flow.name, "country": flow.country})
