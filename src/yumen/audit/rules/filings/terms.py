"""What expires, and what comes round every year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yumen.audit.declaration import Filing, FilingKind, Filings, FilingState, Service
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.filings.applies import done, lacks
from yumen.audit.rules.filings.numbers import at
from yumen.audit.world import AsOf
from yumen.kit.errors import Fact
from yumen.law import LawNumber, Tag, number

ENDING = (FilingKind.ASSESSMENT, FilingKind.CERTIFICATION)
"""Three years, says Order 16 art. 9 and Order 20 art. 8."""


@rule(
    "FIL030",
    Area.FILINGS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("iis.4", "order16.9", "order20.8"),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def filing_has_expired(filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """A filing, licence or certificate has run out.

    What rested on it rests on nothing since that day: a transfer abroad has to stop, a licensed service too.

    Found: {kind} ended on {until}.

    Way out: Stop what rested on it, apply anew, and say in the declaration when it was granted.
    """
    yield from endless(filings)
    for filing in filings.listed:
        if filing.until is not None and filing.until < day.on and filing.state is FilingState.DONE:
            yield Finding(at(filing), {"kind": filing.kind, "until": filing.until.isoformat()})


@rule(
    "FIL031",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("order16.9", "order20.8"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def filing_expires_soon(filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """A filing, licence or certificate runs out soon.

    An extension is asked for before the end: an assessment within 60 working days before it, a certificate six months
    before. After the end there is nothing left to extend.

    Found: {kind} ends on {until}; the time to renew it began on {since}.

    Way out: Apply for the extension now; if its conditions no longer hold, apply anew.
    """
    yield from endless(filings)
    for filing in filings.listed:
        if filing.until is None or filing.state is not FilingState.DONE:
            continue
        since = filing.until - timedelta(days=_notice(filing, day.on).days)
        if since <= day.on <= filing.until:
            facts: dict[str, Fact] = {
                "kind": filing.kind,
                "until": filing.until.isoformat(),
                "since": since.isoformat(),
            }
            yield Finding(at(filing), facts)


@rule(
    "FIL032", Area.FILINGS, Tag.LAW, Effect.ILLEGAL, requirements=("csl.23",), owner=Owner.PLATFORM, effort=Effort.WEEKS
)
def level_three_was_not_tested_this_year(filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """A system of level 3 was not tested within a year.

    From level 3 on a licensed body tests the system every year and the report goes to the police. The certificate of
    the filing does not replace the test.

    Found: level {level}, last tested on {tested}.

    Way out: Order the test from a body on the official list; plan two months for it and for what it finds.
    """
    for filing in done(filings, FilingKind.MLPS):
        if filing.level is None:
            yield Gap("filing_word", {"kind": filing.kind, "word": "level"})
        elif filing.level < 3:
            continue
        elif filing.on is None:
            yield Gap("filing_day", {"kind": filing.kind})
        elif filing.on + timedelta(days=number("mlps.test_cycle", day.on).days) < day.on:
            yield Finding(at(filing), {"level": filing.level, "tested": filing.on.isoformat()})


@rule(
    "FIL033",
    Area.FILINGS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("minors.37",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def minors_audit_is_not_reported(filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """The yearly audit of minors' data was not reported.

    Whoever may hold data of persons under 18 audits that once a year and reports it by the end of January, whether or
    not ages are asked: a shop open to everyone cannot say that it has no minors.

    Found: the report on {year} was due on {due}; the last one is of {last}.

    Way out: Audit against the regulations' articles 31 to 36 and report at grxxbh.cacdtsc.cn.
    """
    reports = done(filings, FilingKind.MINORS_AUDIT)
    if not reports:
        yield from (
            lacks(filings, FilingKind.MINORS_AUDIT) if not filings.of(FilingKind.MINORS_AUDIT) else _never(day.on)
        )
        return
    last = max((one.on for one in reports if one.on is not None), default=None)
    if last is None:
        yield Gap("filing_day", {"kind": FilingKind.MINORS_AUDIT})
    elif last < date(day.on.year, 1, 1) and day.on > date(day.on.year, 1, 31):
        yield _late(day.on, last.isoformat())


@rule(
    "FIL034",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.54",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def compliance_audit_is_overdue(service: Service, filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """The compliance audit is overdue.

    Every handler audits its processing at intervals: two years by law from ten million persons on; below, the CAC
    recommends four years, and five under one million. The interval is written into the handler's own rules.

    Found: {people} persons; the last audit is of {last}, the interval is {years} years.

    Way out: Audit by the 27 items of the annex to CAC Order 18 and keep the report; small handlers may use its table.
    """
    if not filings.of(FilingKind.COMPLIANCE_AUDIT):
        yield Gap("filing", {"kind": FilingKind.COMPLIANCE_AUDIT})
        return
    if service.people is None:
        yield Gap("service_word", {"word": "people"})
        return
    cycle = _cycle(service.people, day.on)
    audits = [one for one in done(filings, FilingKind.COMPLIANCE_AUDIT) if one.on is not None]
    last = max((one.on for one in audits if one.on is not None), default=None)
    started = number("audit.cycle_large", day.on).effective_on
    if (last or started) + timedelta(days=cycle.days) < day.on:
        facts: dict[str, Fact] = {
            "people": service.people,
            "last": last.isoformat() if last else "—",
            "years": cycle.value,
        }
        yield Finding(At("filing", FilingKind.COMPLIANCE_AUDIT), facts)


def endless(filings: Filings) -> Iterator[Gap]:
    """A gap for what ends by law, and of which no end is declared."""
    for kind in ENDING:
        if any(one.until is None for one in done(filings, kind)):
            yield Gap("filing_word", {"kind": kind, "word": "until"}, whole=False)


def _notice(filing: Filing, on: date) -> LawNumber:
    """How long before its end a filing is renewed."""
    if filing.kind is FilingKind.CERTIFICATION:
        return number("export.certification_renewal", on)
    return number("export.assessment_extension" if filing.kind is FilingKind.ASSESSMENT else "filing.warning", on)


def _never(on: date) -> Iterator[Finding]:
    yield _late(on, "—")


def _late(on: date, last: str) -> Finding:
    facts: dict[str, Fact] = {"year": on.year - 1, "due": f"{on.year}-01-31", "last": last}
    return Finding(At("filing", FilingKind.MINORS_AUDIT), facts)


def _cycle(people: int, on: date) -> LawNumber:
    if people >= number("audit.large_persons", on).value:
        return number("audit.cycle_large", on)
    middle = people >= number("officer.report_persons", on).value
    return number("audit.cycle_middle" if middle else "audit.cycle_small", on)
