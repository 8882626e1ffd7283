"""The privacy guide on file with WeChat against what the code does, in both directions."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.evidence.guide import APIS, KEY_OF, Guide
from yumen.audit.finding import Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.facts import Facts
from yumen.audit.source.gathered import look
from yumen.law import Tag

OPEN_TYPES = {"getphonenumber": "PhoneNumber", "getrealtimephonenumber": "PhoneNumber", "chooseavatar": "UserInfo"}
COMPONENTS = {"camera": "Camera", "live-pusher": "Record"}


def used(program: Program) -> dict[str, tuple[InFile, str]]:
    """Each kind of information the code asks for, with the first place and the name of the interface."""
    found: dict[str, tuple[InFile, str]] = {}
    for key, names in APIS.items():
        for use in sorted(program.uses_of(*names), key=lambda one: (one.file, one.start)):
            place = InFile(program.facts.paths[use.file], use.start, use.end)
            found.setdefault(key, (place, use.name))
    for file, tags in program.gathered.told(_asking_tags):
        for key, (start, end, name) in tags.items():
            found.setdefault(key, (InFile(program.facts.paths[file], start, end), f"<{name}>"))
    return found


@look
def _asking_tags(facts: Facts) -> dict[str, tuple[int, int, str]]:
    """The first tag that asks for each kind of information: its place and its name."""
    found: dict[str, tuple[int, int, str]] = {}
    for tag in facts.tags:
        said = (tag.get("open-type", "openType"), tag.get("type"))
        key = COMPONENTS.get(tag.name, "")
        if said[0] is not None:
            key = next((OPEN_TYPES[word] for word in said[0].text.lower().split("|") if word in OPEN_TYPES), key)
        if said[1] is not None and said[1].text == "nickname":
            key = "UserInfo"
        if key:
            found.setdefault(key, (tag.start, tag.end, tag.name))
    return found


@look
def _held(facts: Facts) -> list[str]:
    return facts.held


@rule(
    "PRV030",
    Area.PRIVACY,
    Tag.PLATFORM,
    Effect.BLOCKED,
    requirements=("wx.privacy.guide",),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def used_and_not_in_the_guide(source: SourceEvidence, guide: Guide) -> Iterator[Finding]:
    """The code asks for something the privacy guide on file does not name.

    WeChat switches such an interface off: the call fails with errno 112, for every shopper, from the day of the
    release.

    Found: {api} needs {key}, which the guide does not name.

    Way out: Add it with its purpose to the guide in WeChat's back office (it works after five minutes, and with the
    next version), or take the call out.
    """
    for program in source.programs:
        for key, (place, api) in used(program).items():
            if key not in guide.keys:
                yield Finding(place, {"api": api, "key": key}, key=key)


@rule(
    "PRV031",
    Area.PRIVACY,
    Tag.LAW,
    Effect.RISKY,
    requirements=("wx.privacy.guide", "pipl.17"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def in_the_guide_and_not_used(source: SourceEvidence, guide: Guide) -> Iterator[Finding]:
    """The privacy guide names something no code asks for.

    What is told has to be true. A guide that claims more than is needed reads as collection beyond need, and asks
    shoppers to agree to it.

    Found: the guide names {key}, and no call that needs it was found.

    Way out: Take it out of the guide, or say where it is used (a plug-in, a server).
    """
    there = {key for program in source.programs for key in used(program)}
    held = (names for program in source.programs for _, names in program.gathered.told(_held))
    there |= {KEY_OF[name] for names in held for name in names}
    for setting in guide.settings:
        if setting.privacy_key in APIS and setting.privacy_key not in there:
            yield Finding(InFile(guide.origin), {"key": setting.privacy_key}, key=setting.privacy_key)


@rule(
    "PRV032",
    Area.PRIVACY,
    Tag.PLATFORM,
    Effect.RISKY,
    requirements=("wx.privacy.guide", "pipl.17"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def guide_is_incomplete(guide: Guide) -> Iterator[Finding]:
    """The privacy guide says no purpose, no contact, or no period of storage.

    Reviewers send it back; a shopper who reads it learns nothing.

    Found: the guide says nothing on: {missing}.

    Way out: Fill each field in the back office: a purpose a shopper understands, a contact that is read, a period.
    """
    for setting in guide.settings:
        if not setting.privacy_text.strip():
            yield Finding(InFile(guide.origin), {"missing": setting.privacy_key}, key=setting.privacy_key)
    if not guide.owner.contact:
        yield Finding(InFile(guide.origin), {"missing": "contact"}, key="contact")
    if not guide.owner.store_expire_timestamp:
        yield Finding(InFile(guide.origin), {"missing": "period"}, key="period")
