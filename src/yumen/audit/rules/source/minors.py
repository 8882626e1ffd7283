"""Children and their guardians."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from yumen.audit.declaration import Service, ServiceKind
from yumen.audit.finding import Certainty, Finding, Gap, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.facts import Facts
from yumen.audit.source.facts import Tag as SourceTag
from yumen.audit.source.gathered import look
from yumen.audit.source.sites import at, setting
from yumen.audit.source.templates import INPUTS, input_kind
from yumen.law import Tag

FIELD_BEHIND = 4
"""Tags after a word in which its field is looked for."""
_BIRTH_WORDS = frozenset({"出生日期", "生日", "请选择生日", "请选择出生日期", "出生年月"})
_OF_A_CHILD = ("宝宝姓名", "宝宝昵称", "宝宝生日", "宝宝出生", "孩子姓名", "孩子生日", "儿童姓名", "学生姓名",
    "就读学校", "所在学校", "班级")  # fmt: skip
_TELLING = frozenset({"placeholder", "label", "title"})
_FOR_THE_YOUNG = frozenset({ServiceKind.GAME, ServiceKind.CONTENT, ServiceKind.SOCIAL})
MENTIONS_MIN = 3
"""Files that speak of children before an app counts as meant for them or their parents."""


@rule(
    "SRC090",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.31", "minors.31"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def children_without_their_guardian(source: SourceEvidence, service: Service | None) -> Iterator[Finding]:
    """The app deals with children, and no guardian is asked.

    Everything about a person under 14 is sensitive: it needs the guardian's consent, rules of its own, and a named
    person who is answerable. A child's name, size and birthday in a profile are enough.

    Found: {files} files speak of children, and none of a guardian's consent (监护人同意).

    Way out: Ask for the age band first, take the guardian's consent with a record, or keep no data of children.
    """
    for program in source.programs:
        speaking = [one for _, one in program.gathered.told(_speaks_of_children)]
        meant = len(speaking) >= MENTIONS_MIN or (service is not None and service.minors is True and bool(speaking))
        if meant and program.speaks_of("guardian_consent") is None and _asks_personal(program):
            yield Finding(speaking[0], {"files": len(speaking)}, Certainty.LIKELY, key="none")


@rule(
    "SRC091",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("minors.31", "pipl.31"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def birth_date_without_a_consequence(source: SourceEvidence) -> Iterator[Finding]:
    """The birth date is asked for, and nothing happens when it belongs to a child.

    From that moment you know that the shopper is under 14 or under 18, and must act on it: guardian's consent, no
    personalised marketing.

    Found: a field asks for the birth date, and nothing in the app speaks of minors (未成年).

    Way out: Ask for the month and day only where it is for a birthday gift; else stop below 14 and switch
    personalised marketing off below 18.
    """
    for program in source.programs:
        if program.speaks_of("age_gate") is not None:
            continue
        asking = ((file, place) for file, place in program.gathered.told(_birth_field) if program.is_own(file))
        for file, place in islice(asking, 1):
            yield Finding(at(program, file, *place), {}, Certainty.LIKELY, key="none")


@rule(
    "SRC092",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("minors.31", "appmethod.4"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def child_is_described(source: SourceEvidence) -> Iterator[Finding]:
    """A form asks for a child's name, birthday, school or size.

    These are data of a person under 14 and so sensitive as a whole, whatever the single field is.

    Found: a field asks for “{words}”.

    Way out: Ask for what the order needs without naming the child: an age band, a size.
    """
    for program in source.programs:
        told: set[str] = set()
        for file, asked in program.gathered.told(_asked_of_a_child):
            for word, start, end in asked if program.is_own(file) else ():
                if word not in told:
                    told.add(word)
                    yield Finding(at(program, file, start, end), {"words": word}, key=word)


@rule(
    "SRC093",
    Area.SOURCE,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("minors.43",),
    owner=Owner.COMPLIANCE,
    effort=Effort.WEEKS,
)
def no_mode_for_minors(source: SourceEvidence, service: Service) -> Iterator[Finding | Gap]:
    """A game, a stream or a social service has no mode for minors.

    Such services offer a mode with limits of time, function and content by age, and let guardians manage time, rights
    and spending. A shop without any of it is not meant.

    Found: the service is declared as {kind}, and nothing in the app speaks of a mode for minors (未成年人模式).

    Way out: Build the mode, or connect WeChat's own (青少年模式), offer it at the first start, and limit what a minor
    may spend.
    """
    if not service.kinds:
        yield Gap("service_word", {"word": "kinds"})
    kinds = [kind for kind in service.kinds if kind in _FOR_THE_YOUNG]
    for program in source.programs if kinds else ():
        if program.speaks_of("minors_mode") is None:
            yield Finding(setting(program), {"kind": kinds[0]}, Certainty.LIKELY, key="none")


@look
def _speaks_of_children(facts: Facts) -> InFile | None:
    place = facts.words.get("children")
    return InFile(facts.path, place, place) if place is not None and not facts.light else None


@look
def _birth_field(facts: Facts) -> tuple[int, int] | None:
    """The first field that is named after the birth date, or words for it with a field right behind them."""
    for number, tag in enumerate(facts.tags):
        is_word = tag.words and tag.words.strip() in _BIRTH_WORDS and _has_field_behind(facts.tags, number)
        if is_word or (tag.name in INPUTS and input_kind(tag) == "birth_date"):
            return tag.start, tag.end
    return None


def _has_field_behind(tags: list[SourceTag], number: int) -> bool:
    behind = tags[number + 1 : number + 1 + FIELD_BEHIND]
    return any(one.name in {"picker", "input", "Picker", "Input"} for one in behind)


@look
def _asked_of_a_child(facts: Facts) -> list[tuple[str, int, int]]:
    """What fields ask for of a child, with their places."""
    found = []
    for tag in facts.tags:
        texts = [one.text for one in tag.attributes if one.name in _TELLING and not one.text.isascii()]
        word = next((w for w in _OF_A_CHILD if any(w in text for text in texts)), "") if texts else ""
        if word:
            found.append((word, tag.start, tag.end))
    return found


def _asks_personal(program: Program) -> bool:
    return any(input_kind(tag) for facts in program.facts for tag in facts.tags) or bool(
        program.uses_of("chooseAddress")
    )
