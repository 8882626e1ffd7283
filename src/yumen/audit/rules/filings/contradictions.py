"""Filings say what is true, and the same as each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from yumen.audit.declaration import FilingKind, Filings, FilingState, Service
from yumen.audit.finding import At, Certainty, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.filings.numbers import at
from yumen.law import Tag

OF_THE_SERVICE = frozenset(
    {
        FilingKind.ICP,
        FilingKind.MINI_PROGRAM,
        FilingKind.APP,
        FilingKind.PUBLIC_SECURITY,
        FilingKind.MLPS,
        FilingKind.EDI,
    }
)


@rule(
    "FIL020",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("icp.change",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def filing_names_another_entity(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """A filing names another entity than the one that runs the service.

    The entity of the filing answers for the service. When an agency or a former company stands there, the service
    counts as unfiled for the brand; a filing cannot change its entity, it is cancelled and made anew.

    Found: {kind} is filed for {filed}, the service is run by {entity}.

    Way out: Decide who runs the service. File anew under that entity; a mere change of name is filed as a change.
    """
    if service.entity is None:
        yield Gap("service_word", {"word": "entity"})
        return
    for filing in filings.listed:
        if filing.kind in OF_THE_SERVICE and filing.state is FilingState.DONE and not filing.entity:
            yield Gap("filing_word", {"kind": filing.kind, "word": "entity"}, whole=False)
        elif filing.kind in OF_THE_SERVICE and filing.entity and _bare(filing.entity) != _bare(service.entity):
            yield Finding(at(filing), {"kind": filing.kind, "filed": filing.entity, "entity": service.entity})


@rule(
    "FIL021",
    Area.FILINGS,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("icp.change", "wx.release"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def service_is_not_what_was_filed(service: Service, filings: Filings) -> Iterator[Finding | Gap]:
    """The service offers what its filing does not name.

    The filing of a mini-program names its service content. WeChat compares it with what it sees at review and sends
    the version back; a planned change is filed thirty days ahead, an error is put right within ten working days.

    Found: the service offers "{content}", which the filing does not name.

    Way out: File the change in WeChat's back office before the version that brings it.
    """
    filed = [one for one in filings.of(FilingKind.MINI_PROGRAM) if one.state is FilingState.DONE and one.content]
    if not filed or not service.content:
        yield Gap("contents", {})
        return
    named = {_bare(word) for filing in filed for word in filing.content}
    for content in service.content:
        if _bare(content) not in named:
            yield Finding(at(filed[0]), {"content": content})


@rule(
    "FIL022",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("icp.change",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def domain_is_filed_twice(filings: Filings) -> Iterator[Finding]:
    """One domain stands in the filings of two entities.

    A domain belongs to one filing entity, whose name its registration carries. Two claims mean that one filing is out
    of date; the administration may cancel both.

    Found: {domain} is filed for {entities}.

    Way out: Compare the registration of the domain with both filings and cancel the one that no longer holds.
    """
    claims: dict[str, set[str]] = defaultdict(set)
    for filing in filings.of(FilingKind.ICP):
        for domain in filing.domains:
            if filing.entity and filing.state is FilingState.DONE:
                claims[domain.lower()].add(filing.entity)
    for domain, entities in sorted(claims.items()):
        if len(entities) > 1:
            facts = {"domain": domain, "entities": ", ".join(sorted(entities))}
            yield Finding(At("domain", domain), facts, Certainty.LIKELY)


def _bare(name: str) -> str:
    """Brackets come in two widths and blanks do not count."""
    return "".join(name.split()).translate(str.maketrans("（）", "()")).lower()
