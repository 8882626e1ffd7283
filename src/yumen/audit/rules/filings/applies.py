"""What has to be filed, licensed or reported, and is not."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.declaration import Domains, Filing, FilingKind, Filings, FilingState, Service, ServiceKind
from yumen.audit.evidence.hosts import bare, is_name
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.known_hosts import suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.world import AsOf
from yumen.law import Tag, number


def done(filings: Filings, kind: FilingKind) -> tuple[Filing, ...]:
    """Those of a kind that stand."""
    return tuple(one for one in filings.of(kind) if one.state is FilingState.DONE)


def lacks(filings: Filings, kind: FilingKind) -> Iterator[Finding | Gap]:
    """A finding when it is said not to stand; a gap when nothing is said."""
    listed = filings.of(kind)
    if not listed:
        yield Gap("filing", {"kind": kind})
    elif not done(filings, kind):
        yield Finding(At("filing", kind), {"kind": kind, "state": listed[-1].state})


@rule(
    "FIL010",
    Area.FILINGS,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.domain", "iis.4"),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def domain_has_no_icp_filing(domains: Domains, filings: Filings) -> Iterator[Finding | Gap]:
    """A domain the mini-program calls has no ICP filing.

    WeChat takes a server domain into its list only when it is filed, and checks again later. A domain that serves from
    the mainland without a filing is also shut by its cloud.

    Found: {host} is under no filed domain.

    Way out: File the domain at the cloud that serves it (one to twenty working days at the provincial administration),
    or serve this host under a domain that is filed.
    """
    if not filings.of(FilingKind.ICP):
        yield Gap("filing", {"kind": FilingKind.ICP})
        return
    filed = [domain.lower() for filing in done(filings, FilingKind.ICP) for domain in filing.domains]
    for host in sorted(domains.listed):
        if is_name(host) and suffix(bare(host), filed) is None:
            yield Finding(At("domain", host), {"host": host})


@rule(
    "FIL011",
    Area.FILINGS,
    Tag.LAW,
    Effect.BLOCKED,
    requirements=("atf.23", "wx.release"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def mini_program_is_not_filed(filings: Filings) -> Iterator[Finding | Gap]:
    """The mini-program itself is not filed.

    Since 1 September 2023 a mini-program of a domestic entity is released only when it is filed; since April 2024 those
    without a filing are removed. Platform and administration together need twenty to thirty working days.

    Found: the filing of the mini-program is {state}.

    Way out: File it in WeChat's back office: entity, person in charge with a face check, service content; answer the
    SMS of the ministry within 24 hours.
    """
    yield from lacks(filings, FilingKind.MINI_PROGRAM)


@rule(
    "FIL018",
    Area.FILINGS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("atf.23",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def app_is_not_filed(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """There is an app for phones beside the mini-program, and it is not filed.

    Since 1 September 2023 an app of a domestic operator is filed before it opens; those that were open before had until
    the end of March 2024. The filing of the mini-program or of the website does not cover it, and stores in the
    mainland take no app without a number.

    Found: there is an app; its filing is {state}.

    Way out: File it at the cloud that serves it, with its package name, signature and public key for each system, and
    show the number in the app.
    """
    if service.app:
        yield from lacks(filings, FilingKind.APP)
    elif service.app is None:
        yield Gap("service_word", {"word": "app"})


@rule(
    "FIL012", Area.FILINGS, Tag.LAW, Effect.RISKY, requirements=("mps33.12",), owner=Owner.COMPLIANCE, effort=Effort.DAY
)
def public_security_filing_is_missing(filings: Filings) -> Iterator[Finding | Gap]:
    """No public-security filing.

    A service with its own site, app or mini-program is registered with the police within 30 days of opening. Whether
    each mini-program needs one of its own differs by city: ask the local office.

    Found: the public-security filing is {state}.

    Way out: Register at beian.mps.gov.cn, then show number and icon.
    """
    yield from lacks(filings, FilingKind.PUBLIC_SECURITY)


@rule(
    "FIL013", Area.FILINGS, Tag.LAW, Effect.RISKY, requirements=("csl.23",), owner=Owner.PLATFORM, effort=Effort.WEEKS
)
def graded_protection_is_missing(filings: Filings) -> Iterator[Finding | Gap]:
    """The backend has no graded protection (MLPS) filing.

    Network operators grade their systems; from level 2 on the grade is filed with the police within 30 days. The
    backend of a consumer brand is usually level 2, level 3 with a large user base.

    Found: the MLPS filing is {state}.

    Way out: Grade the system, have the grade reviewed, file it; from level 3 on have it tested every year.
    """
    yield from lacks(filings, FilingKind.MLPS)


@rule(
    "FIL014",
    Area.FILINGS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("iis.7",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def marketplace_has_no_licence(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """Other merchants sell in the mini-program and there is no EDI licence.

    Who lets others sell runs a platform and needs a licence for online data and transaction processing (B21). A shop
    that sells its own goods does not.

    Found: others sell here; the EDI licence is {state}.

    Way out: Apply for the licence, or sell in your own name until it is granted.
    """
    if service.sells_for_others or ServiceKind.MARKETPLACE in service.kinds:
        yield from lacks(filings, FilingKind.EDI)
    elif service.sells_for_others is None and not service.kinds:
        yield Gap("service_word", {"word": "sells_for_others"})


@rule(
    "FIL015",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("algo.24",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def recommending_is_not_filed(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """Recommendations by algorithm, and no algorithm filing.

    Who recommends with influence on public opinion files the algorithm within ten working days. For a shop's "you may
    also like" the duty is disputed: have a lawyer decide and write it down.

    Found: the service recommends by algorithm; the algorithm filing is {state}.

    Way out: File it, or keep the lawyer's note on why it is not needed and say so in the declaration.
    """
    if service.recommends:
        yield from lacks(filings, FilingKind.ALGORITHM)
    elif service.recommends is None:
        yield Gap("service_word", {"word": "recommends"})


@rule(
    "FIL016",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("genai.17",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def generating_is_not_filed(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """Generated text, pictures or voice for the public, and no filing of the service.

    A public generative service is filed, or registered when it calls a model that is. WeChat asks for the number when
    such a mini-program is reviewed.

    Found: the service generates content; its filing is {state}.

    Way out: Register with the local CAC office, naming the filed model behind it.
    """
    if service.generates:
        yield from lacks(filings, FilingKind.GENERATIVE)
    elif service.generates is None:
        yield Gap("service_word", {"word": "generates"})


@rule(
    "FIL017",
    Area.FILINGS,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.52",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def protection_officer_is_not_reported(service: Service, filings: Filings, day: AsOf) -> Iterator[Finding | Gap]:
    """Data of a million persons or more, and no protection officer reported.

    From 1,000,000 persons on a handler names a protection officer, publishes how to reach them, and reports them to
    the city's CAC office within 30 working days of reaching the number.

    Found: {people} persons are held; the report of the officer is {state}.

    Way out: Appoint the officer in writing, publish the contact in the policy, report at grxxbh.cacdtsc.cn.
    """
    if service.people is None:
        yield Gap("service_word", {"word": "people"})
    elif service.people >= number("officer.report_persons", day.on).value:
        for said in lacks(filings, FilingKind.PIO):
            yield Finding(said.place, {**said.facts, "people": service.people}) if isinstance(said, Finding) else said
