"""What a privacy policy has to say, clause by clause. The Chinese text binds; where there is one, it is read."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.evidence.policy import PolicyText
from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.law import Tag


def lacks(policy: PolicyText, *topics: str) -> Iterator[Finding]:
    """One finding when the text does not say it. Words can be missed: likely, not proven."""
    for topic in topics:
        if not policy.says(topic):
            yield Finding(InFile(policy.main.path), {"topic": topic}, Certainty.LIKELY, key=topic)


@rule(
    "PRV001",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.17",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def handler_is_not_named(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not say who handles the data, or how to reach them.

    A person can exercise no right against somebody without a name. The name is that of the legal entity, not the brand.

    Found: no words on "{topic}" were found.

    Way out: Open the policy with the registered name of the entity and a contact that is read every day.
    """
    yield from lacks(policy, "handler", "contact")


@rule(
    "PRV002",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.17", "ndsmr.21"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def purpose_and_kinds_are_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not say what is handled, for what, and how.

    Purpose, method and kinds are told function by function, before anything is collected; "to improve our services"
    is no purpose.

    Found: no words on "{topic}" were found.

    Way out: Write one row for each function: what is collected, for what, whether it is needed for that function.
    """
    yield from lacks(policy, "purpose", "method", "kinds")


@rule(
    "PRV003",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.17", "pipl.19", "ndsmr.21"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def retention_is_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not say how long data is kept, or what happens then.

    The period, or the way it is worked out, and the handling at its end are part of the notice since 2025.

    Found: no words on "{topic}" were found.

    Way out: Name a period for each kind of data, and say that it is deleted or anonymised at the end.
    """
    yield from lacks(policy, "retention", "expiry")


@rule(
    "PRV004",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.17", "pipl.44", "pipl.47"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def rights_are_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not tell a person's rights, or how to close the account or withdraw consent.

    Access, copy, correction, deletion, closing of the account and withdrawal are told with the way to them. Missing
    account closure is the most frequent charge in the lists of 2026.

    Found: no words on "{topic}" were found.

    Way out: Name each right with the menu that serves it, and build the menus that are missing.
    """
    yield from lacks(policy, "rights", "close", "withdraw")


@rule(
    "PRV005",
    Area.PRIVACY,
    Tag.LAW,
    Effect.RISKY,
    requirements=("ndsmr.21", "pipl.44"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def transfer_to_another_handler_is_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not mention the right to have data moved to another handler.

    Since 2025 the way to it belongs to the notice.

    Found: no words on "{topic}" were found.

    Way out: Say how a person asks for it and in what form the data comes.
    """
    yield from lacks(policy, "transfer")


@rule(
    "PRV006",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("ndsmr.21",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def lists_are_missing(policy: PolicyText) -> Iterator[Finding]:
    """There is no list of what is collected, or of who receives it.

    Both are told in the form of lists since 2025: what is collected, and with which third parties and SDKs it is
    shared.

    Found: no words on "{topic}" were found.

    Way out: Make the two tables and link them from the first page of the policy.
    """
    yield from lacks(policy, "collection_list", "sharing_list")


@rule(
    "PRV012",
    Area.PRIVACY,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.57", "pipl.51"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def protection_is_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy says nothing on protection, or on what happens after a breach.

    Persons are told of a breach with its cause, its possible harm and what they can do; the policy says how they would
    hear of it.

    Found: no words on "{topic}" were found.

    Way out: Name the measures in two sentences and the way a breach is told.
    """
    yield from lacks(policy, "security", "incident")


@rule(
    "PRV013",
    Area.PRIVACY,
    Tag.LAW,
    Effect.RISKY,
    requirements=("appmethod.6",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def complaints_have_no_term(policy: PolicyText) -> Iterator[Finding]:
    """The policy promises no term for complaints and requests.

    Without a promised term fifteen working days hold; authorities ask to see the term.

    Found: no words on "{topic}" were found.

    Way out: Say where a request goes and that it is answered within fifteen working days.
    """
    yield from lacks(policy, "complaint")


@rule(
    "PRV014", Area.PRIVACY, Tag.LAW, Effect.RISKY, requirements=("pipl.17",), owner=Owner.COMPLIANCE, effort=Effort.HOUR
)
def text_has_no_date(policy: PolicyText) -> Iterator[Finding]:
    """The policy has no date, or does not say how changes are told.

    A consent is given to one version. Without a date nobody can say to which; without a notice of changes the old
    consent does not reach the new text.

    Found: no words on "{topic}" were found.

    Way out: Put version and date of effect under the title and keep the old versions.
    """
    yield from lacks(policy, "dated", "changes")


@rule(
    "PRV015",
    Area.PRIVACY,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("appmethod.1",),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def no_chinese_text(policy: PolicyText) -> Iterator[Finding]:
    """There is no Chinese policy.

    Rules that the person cannot read were not told: the text is in simplified Chinese. A translation may stand beside.

    Found: no Chinese text is among {files} files.

    Way out: Have the Chinese text written, not translated: it is the one that binds.
    """
    if not policy.chinese:
        yield Finding(InFile(policy.main.path), {"files": len(policy.files)})


@rule(
    "PRV016",
    Area.PRIVACY,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("advice.residency",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def place_of_storage_is_not_told(policy: PolicyText) -> Iterator[Finding]:
    """The policy does not say that data is stored in the mainland.

    No article asks for the sentence; users, partners and reviewers look for it.

    Found: no words on "{topic}" were found.

    Way out: Say where data is stored, after making sure that it is so.
    """
    yield from lacks(policy, "place")
