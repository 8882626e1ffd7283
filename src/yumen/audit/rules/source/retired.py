"""Interfaces that WeChat has withdrawn or is about to."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.answers import old_phone_events
from yumen.audit.source.apis import names
from yumen.audit.source.program import Use
from yumen.audit.source.sites import at, certainty, of, package
from yumen.kit.errors import Fact
from yumen.law import Tag

_PROFILE = frozenset({"getUserInfo", "getUserProfile"})
_NO_SCOPE = frozenset({"scope.userInfo", "scope.address", "scope.invoiceTitle", "scope.invoice"})


@rule("SRC100", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.deprecated",), effort=Effort.DAY)
def profile_interface_is_withdrawn(source: SourceEvidence) -> Iterator[Finding]:
    """The profile is asked for by a withdrawn interface.

    Since 2022-10-25 `getUserProfile` and `getUserInfo` give a grey picture and the name “微信用户”. What is stored is
    the same for everybody.

    Found: `{api}` is called.

    Way out: Let the shopper choose: `<button open-type="chooseAvatar">` and `<input type="nickname">`, and only where
    a profile is needed.
    """
    for program in source.programs:
        for use in _one_a_file(program, " ".join(sorted(_PROFILE))):
            whose = package(program, use.file)
            yield Finding(of(program, use), {"api": use.name}, _sure(program, use), key=use.name, package=whose)


@rule("SRC101", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.deprecated",), effort=Effort.HALF_DAY)
def profile_button_is_withdrawn(source: SourceEvidence) -> Iterator[Finding]:
    """A button asks for the profile in the old way.

    `open-type="getUserInfo"` shows no dialog any more and gives a grey picture and “微信用户”.

    Found: a button with `open-type="getUserInfo"`.

    Way out: Use `open-type="chooseAvatar"` and `<input type="nickname">`.
    """
    for program in source.programs:
        told: set[int] = set()
        for file, tag, type_ in program.gathered.openings:
            if file not in told and "getUserInfo" in type_.text.split("|"):
                told.add(file)
                guarded = tag.get("wx:else", "wx:elif", "v-else", "v-else-if") is not None
                sure = Certainty.LIKELY if guarded else Certainty.PROVEN
                yield Finding(at(program, file, tag.start, tag.end), {}, sure, package=package(program, file))


@rule("SRC102", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.deprecated", "wx.secret"), effort=Effort.DAY)
def phone_in_the_old_way(source: SourceEvidence) -> Iterator[Finding]:
    """The telephone number is taken from encrypted data instead of a code.

    The old way needs the session key, which changes with every `wx.login`: numbers get lost at random. Since base
    library 2.21.2 the event carries a `code` that the server exchanges.

    Found: `{name}` of the phone event is used and its `code` is not.

    Way out: Send `e.detail.code` to the server and call `getuserphonenumber` there.
    """
    for program in source.programs:
        for file, place, name in old_phone_events(program):
            where, whose = at(program, file, place, place), package(program, file)
            yield Finding(where, {"name": name}, key=name, package=whose)


@rule("SRC103", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("wx.deprecated",), effort=Effort.HALF_DAY)
def interface_is_no_longer_kept(source: SourceEvidence) -> Iterator[Finding]:
    """An interface is used that Tencent no longer maintains.

    It still answers on most phones; faults in it are not mended, and new phones may miss it.

    Found: `{api}` is called in {files} files; the documentation names instead: {instead}.

    Way out: Replace it at the next change of that code.
    """
    for program in source.programs:
        for name, instead in names().retired.items():
            by_package: dict[str, list[Use]] = {}
            for use in _one_a_file(program, name, instead):
                by_package.setdefault(package(program, use.file), []).append(use)
            for whose, uses in by_package.items() if name not in _PROFILE else ():
                facts: dict[str, Fact] = {"api": name, "files": len(uses), "instead": instead}
                yield Finding(of(program, uses[0]), facts, _sure(program, uses[0]), key=name, package=whose)


@rule("SRC104", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.deprecated",), effort=Effort.HOUR)
def scope_is_withdrawn(source: SourceEvidence) -> Iterator[Finding]:
    """A permission is asked for that no longer exists.

    `scope.userInfo` is withdrawn for mini-programs; address and invoice need no permission any more. The call fails or
    does nothing, and code that waits for it stops.

    Found: `authorize` is called with `{scope}`.

    Way out: Take the question out and call the interface at the tap.
    """
    for program in source.programs:
        for use in program.uses_of("authorize"):
            for text in program.argument(use, "scope"):
                if text.start in _NO_SCOPE:
                    whose = package(program, use.file)
                    yield Finding(of(program, use), {"scope": text.start}, key=text.start, package=whose)


def _one_a_file(program: Program, wanted: str, instead: str = "") -> Iterator[Use]:
    """The first use of each file. A way back for phones that lack the new interface is none."""
    seen: set[tuple[int, str]] = set()
    for use in program.uses_of(*wanted.split()):
        if (use.file, use.name) not in seen and not _is_way_back(program, use, instead):
            seen.add((use.file, use.name))
            yield use


def _is_way_back(program: Program, use: Use, instead: str) -> bool:
    """Is it called only where a question said that the new interface is not there?"""
    new = [name.strip() for name in instead.split(",") if name.strip().isidentifier()]
    number = use.call.condition if use.call is not None else -1
    while number >= 0:
        condition = program.facts[use.file].conditions[number]
        if any(name in condition.text for name in new):
            return True
        number = condition.around
    return False


def _sure(program: Program, use: Use) -> Certainty:
    """Behind a question whether the new way exists it runs on old phones only."""
    number = use.call.condition if use.call is not None else -1
    while number >= 0:
        if "canIUse" in program.facts[use.file].conditions[number].text:
            return Certainty.LIKELY
        number = program.facts[use.file].conditions[number].around
    return certainty(program, use.file)
