"""Filing numbers are written as the authorities write them, and agree with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from yumen.audit.declaration import Filing, FilingKind, Filings
from yumen.audit.evidence.filing_numbers import (
    POLICE,
    POLICE_CODES,
    entity_number,
    is_icp,
    police_place,
    service_letter,
)
from yumen.audit.finding import At, Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.law import Tag

LETTERS: Final = {FilingKind.MINI_PROGRAM: "X", FilingKind.APP: "A"}
"""The letter that ends the number of a thing; a website has none."""


def at(filing: Filing) -> At:
    """The place of a filing: its number, else its kind."""
    return At("filing", filing.number or filing.kind.value)


@rule(
    "FIL001", Area.FILINGS, Tag.LAW, Effect.RISKY, requirements=("iis.4",), owner=Owner.COMPLIANCE, effort=Effort.HOUR
)
def number_is_malformed(filings: Filings) -> Iterator[Finding]:
    """A filing number does not have the form of one.

    A number that is shown wrongly cannot be found in the public register: reviewers and authorities then treat the
    service as unfiled. Usually a digit is missing, or a number of test data was left in place.

    Found: {kind}: {number} does not have the form of such a number.

    Way out: Copy the number from the notice of the provincial administration, or look it up at beian.miit.gov.cn or
    beian.mps.gov.cn.
    """
    for filing in filings.listed:
        if filing.number is None:
            continue
        web = filing.kind in {FilingKind.ICP, *LETTERS} and not is_icp(filing.number)
        police = filing.kind is FilingKind.PUBLIC_SECURITY and POLICE.fullmatch(filing.number.strip()) is None
        if web or police:
            yield Finding(at(filing), {"kind": filing.kind, "number": filing.number})


@rule(
    "FIL002", Area.FILINGS, Tag.LAW, Effect.RISKY, requirements=("atf.23",), owner=Owner.COMPLIANCE, effort=Effort.HOUR
)
def number_is_of_another_kind(filings: Filings) -> Iterator[Finding]:
    """The number of the mini-program or of the app is that of something else.

    Websites, apps and mini-programs of one entity are filed one by one and numbered in one row; the letter X marks a
    mini-program, A an app. A number without its letter says that something else was filed.

    Found: {number} is given for the {kind}, whose number would end in {letter}.

    Way out: Show the number of the thing itself; if there is none, file it: the mini-program in WeChat's back office,
    the app at the cloud that serves it.
    """
    for filing in filings.listed:
        own = LETTERS.get(filing.kind)
        letter = service_letter(filing.number or "")
        if own is not None and letter is not None and letter != own:
            yield Finding(at(filing), {"number": filing.number or "", "kind": filing.kind, "letter": own})


@rule(
    "FIL003",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("mps33.12",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def police_number_contradicts_its_province(filings: Filings) -> Iterator[Finding]:
    """The public-security number names one province and carries the code of another.

    The first two digits are those of the province in front. When they differ, the number was copied from somebody
    else or mistyped, and the link to the register leads nowhere.

    Found: {number} says {province} and carries the code {code}.

    Way out: Copy number and icon from beian.mps.gov.cn.
    """
    for filing in filings.of(FilingKind.PUBLIC_SECURITY):
        place = police_place(filing.number or "")
        if place is not None and POLICE_CODES[place[0]] != place[1]:
            yield Finding(at(filing), {"number": filing.number or "", "province": place[0], "code": place[1]})


@rule(
    "FIL004",
    Area.FILINGS,
    Tag.LAW,
    Effect.RISKY,
    requirements=("icp.change",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def one_entity_has_two_numbers(filings: Filings) -> Iterator[Finding]:
    """One entity appears under two entity numbers.

    An entity has one number; its sites and mini-programs are counted under it. Two numbers mean that one filing
    belongs to another company or to an entity that was cancelled since.

    Found: {entity} is filed under {numbers}.

    Way out: Look both numbers up in the register and file anew what stands under the wrong entity: a filing cannot be
    moved from one entity to another.
    """
    held: dict[str, set[str]] = defaultdict(set)
    for filing in filings.listed:
        number = entity_number(filing.number or "")
        if filing.entity and number:
            held[filing.entity].add(number)
    for entity, numbers in sorted(held.items()):
        if len(numbers) > 1:
            facts = {"entity": entity, "numbers": ", ".join(sorted(numbers))}
            yield Finding(At("filing", entity), facts, Certainty.LIKELY)
