"""Third parties in the package, payment, and people who see or tap badly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from yumen.audit.finding import Certainty, Finding, InFile
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.apis import names
from yumen.audit.source.facts import Facts
from yumen.audit.source.gathered import Import, look
from yumen.audit.source.sites import at, of, setting
from yumen.law import Tag

_ABROAD = frozenset(
    {"Google Analytics", "Google Tag Manager", "Firebase Analytics", "Firebase", "Meta", "Mixpanel", "Amplitude"}
    | {"Segment", "Sentry", "Hotjar", "AppsFlyer", "Adjust", "Branch", "New Relic", "Datadog"}
)
_IOS = re.compile(r"ios|platform|iphone", re.IGNORECASE)
_TAPS = ("bindtap", "bind:tap", "catchtap", "catch:tap", "@tap", "@click", "onClick")
_NAMES = ("aria-label", "aria-labelledby", "aria-hidden", "alt", "aria-role", "ariaLabel", "ariaRole")
UNNAMED_MIN = 3


@rule(
    "SRC140",
    Area.SOURCE,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "pipl.39", "pipl.23"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.DAYS,
)
def counter_abroad(source: SourceEvidence) -> Iterator[Finding]:
    """A measuring service from abroad is built in.

    It sends what every shopper does to servers abroad, with an identifier, from the first second. Its hosts have no
    filing, so in the released version nothing arrives either.

    Found: {tracker} ({trace}).

    Way out: Take it out; measure with WeChat's own analytics or with a service in the mainland that your privacy text
    names, and send aggregates to headquarters.
    """
    for tracker, trace, place in _trackers(source):
        if tracker in _ABROAD:
            yield Finding(place, {"tracker": tracker, "trace": trace}, key=tracker)


@rule(
    "SRC141",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.23", "wx.privacy.guide", "ndsmr.21"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def counter_in_the_mainland(source: SourceEvidence) -> Iterator[Finding]:
    """A measuring service of a third party is built in.

    That is allowed where the shopper is told by whom and for what, where it starts after the agreement, and where it
    stands in the list of what is shared and in WeChat's privacy guide.

    Found: {tracker} ({trace}).

    Way out: Name it in the guide and the list, start it after the privacy agreement, and switch off what it collects by
    itself.
    """
    for tracker, trace, place in _trackers(source):
        if tracker not in _ABROAD:
            yield Finding(place, {"tracker": tracker, "trace": trace}, key=tracker)


@rule(
    "SRC142",
    Area.SOURCE,
    Tag.PLATFORM,
    Effect.RISKY,
    requirements=("wx.privacy.guide", "pipl.23"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def plugin_of_somebody_else(source: SourceEvidence) -> Iterator[Finding]:
    """A plugin of a third party is used.

    A plugin runs its own code and calls its own servers. What it collects must stand in the privacy guide under its
    own heading, and its owner is a recipient.

    Found: the plugin {name} ({provider}) is used.

    Way out: Ask its owner what it collects, and name it in the guide and in the list of what is shared.
    """
    for program in source.programs:
        for name, provider in program.app.plugins.items():
            yield Finding(setting(program, name), {"name": name, "provider": provider or "?"}, key=name)


@rule(
    "SRC150",
    Area.SOURCE,
    Tag.PLATFORM,
    Effect.RISKY,
    requirements=("wx.virtual",),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def virtual_goods_are_paid_on_iphones(source: SourceEvidence) -> Iterator[Finding]:
    """Virtual goods are sold, and iPhones are not told apart.

    On iOS virtual goods (memberships, courses, coins) may be paid only the way WeChat and Apple permit; a plain payment
    gets the app warned and its payment closed.

    Found: the app speaks of virtual goods and calls `{api}` without asking for the platform.

    Way out: On iOS use `wx.requestVirtualPayment` where it is open to you, or hide the purchase.
    """
    for program in source.programs:
        paid = [use for use in program.uses_of("requestPayment") if program.is_own(use.file)]
        place = program.speaks_of("virtual_goods")
        sells = paid and place is not None and not program.uses_of("requestVirtualPayment")
        if sells and not _tells_platforms_apart(program):
            yield Finding(of(program, paid[0]), {"api": paid[0].name}, Certainty.LIKELY, key="none")


@rule("SRC160", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("advice.code",), effort=Effort.HALF_DAY)
def picture_button_has_no_name(source: SourceEvidence) -> Iterator[Finding]:
    """Pictures that can be tapped have no name.

    A screen reader says “image” and nothing else. Shops are used by people who see little; the standard GB/T 37668
    asks for names, and WeChat reads `aria-label`.

    Found: {count} pictures in this template react to a tap and have no `aria-label`.

    Way out: Add `aria-role="button"` and an `aria-label` that says what happens.
    """
    for program in source.programs:
        for file, unnamed in program.gathered.told(_unnamed_pictures):
            if len(unnamed) >= UNNAMED_MIN and program.is_own(file):
                yield Finding(at(program, file, *unnamed[0]), {"count": len(unnamed)}, key="none")


@look
def _unnamed_pictures(facts: Facts) -> list[tuple[int, int]]:
    """Where pictures stand that can be tapped and have no name."""
    return [
        (tag.start, tag.end)
        for tag in facts.tags
        if tag.name in {"image", "Image"} and tag.get(*_TAPS) is not None and tag.get(*_NAMES) is None
    ]


def _tells_platforms_apart(program: Program) -> bool:
    """Does any condition, of a script or of a template, ask for the platform?"""
    return any(_IOS.search(text) for facts in program.facts for text in _conditions(facts))


def _conditions(facts: Facts) -> Iterator[str]:
    yield from (one.text for one in facts.conditions)
    yield from (one.text for tag in facts.tags for one in tag.attributes if one.name in {"wx:if", "v-if"})


def _trackers(source: SourceEvidence) -> Iterator[tuple[str, str, InFile]]:
    """Services by an import, a file of their kit, or an address of theirs; each once a program."""
    for program in source.programs:
        told: set[str] = set()
        for tracker, trace, place in _traces(program):
            if tracker not in told:
                told.add(tracker)
                yield tracker, trace, place


def _traces(program: Program) -> Iterator[tuple[str, str, InFile]]:
    known = names().trackers
    kits = {piece: tracker for piece, tracker in known.items() if "." not in piece}
    called = dict(program.gathered.told(_counting_hosts))
    taken = defaultdict[int, list[Import]](list)
    for one in program.gathered.imports:
        taken[one.file].append(one)
    for file, path in enumerate(program.facts.paths):
        name = path.rpartition("/")[2]
        for tracker in _by_start(name, kits):
            yield tracker, name, InFile(path)
        for one in taken.get(file, ()):
            for tracker in _by_module(one.module.lower(), kits):
                yield tracker, one.module, at(program, file, one.place)
        for piece, start, end in called.get(file, ()):
            yield known[piece], piece, InFile(path, start, end)


@look
def _counting_hosts(facts: Facts) -> list[tuple[str, int, int]]:
    """Hosts of services in the addresses that are written there."""
    hosts = [piece for piece in names().trackers if "." in piece] if facts.literals else []
    return [
        (piece, literal.start, literal.end)
        for literal in facts.literals
        if "." in literal.text
        for piece in _by_host(literal.text, hosts)
    ]


def _by_start(name: str, kits: Mapping[str, str]) -> list[str]:
    """Services by the file of their kit."""
    stem = name.lower()
    return [kits[piece] for piece in kits if stem.startswith(piece)] if name.endswith((".js", ".ts")) else []


def _by_module(module: str, kits: Mapping[str, str]) -> list[str]:
    """Services by an import of their kit."""
    return [kits[one] for one in kits if one in module and re.search(rf"(?:^|[/@-]){re.escape(one)}", module)]


def _by_host(text: str, hosts: Iterable[str]) -> list[str]:
    """Hosts of services in an address."""
    return [one for one in hosts if one in text and re.search(rf"(?:^|[/.@]){re.escape(one)}(?:[/:?]|$)", text)]
