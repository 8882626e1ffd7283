"""What app.json declares against what the code uses: location names, purposes, the privacy switch."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.apis import names
from yumen.audit.source.program import Use
from yumen.audit.source.sites import certainty, of, package, setting
from yumen.law import Tag

PURPOSE_CHARACTERS_MIN = 6
_EMPTY_PURPOSES = frozenset(
    {
        "你的位置信息将用于小程序位置接口的效果展示",
        "获取位置信息",
        "获取您的位置信息",
        "获取你的位置信息",
        "需要获取位置",
        "位置权限",
    }
)


@rule("SRC050", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.location",), effort=Effort.HOUR)
def location_call_is_not_declared(source: SourceEvidence) -> Iterator[Finding]:
    """A location interface is used that app.json does not declare.

    For apps released after 2022-07-14 the eight location interfaces work only when `requiredPrivateInfos` lists them
    and the right is opened in the back office. The call fails with `the api need to be declared in the
    requiredPrivateInfos field`.

    Found: `{api}` is called and is not listed in `requiredPrivateInfos`.

    Way out: List it, open it in the back office (interface settings), and write the purpose into `permission`; or take
    the call out.
    """
    for program in _with_settings(source):
        declared = set(program.app.required_private_infos or ())
        for name in names().location:
            for use, whose in _first(program, name) if name not in declared else ():
                yield Finding(of(program, use), {"api": name}, certainty(program, use.file), key=name, package=whose)


@rule(
    "SRC051", Area.SOURCE, Tag.PLATFORM, Effect.RISKY, requirements=("wx.location", "appmethod.4"), effort=Effort.HOUR
)
def declared_location_call_is_not_used(source: SourceEvidence) -> Iterator[Finding]:
    """app.json declares a location interface that nothing calls.

    WeChat's review asks for the scene in which each declared interface is used, and turns down those it cannot find.
    It also tells shoppers of a collection that does not happen.

    Found: `requiredPrivateInfos` lists `{api}`, and no call of it was found.

    Way out: Take it off the list, unless a plugin needs it.
    """
    for program in _with_settings(source):
        for name in program.app.required_private_infos or ():
            if name in names().location and not program.uses_of(name):
                yield Finding(setting(program, name), {"api": name}, Certainty.LIKELY, key=name)


@rule("SRC052", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.location",), effort=Effort.HOUR)
def exclusive_location_calls(source: SourceEvidence) -> Iterator[Finding]:
    """app.json declares the coarse location together with the exact one.

    The upload is refused (-80423): `getFuzzyLocation` excludes `getLocation`, `onLocationChange` and both
    `startLocationUpdate`.

    Found: `requiredPrivateInfos` lists `{api}` together with `{other}`.

    Way out: Decide for one. A shop finder needs no more than the coarse location or a place the shopper chooses.
    """
    for program in _with_settings(source):
        declared = program.app.required_private_infos or ()
        for name, others in names().exclusive.items():
            for other in others:
                if name in declared and other in declared:
                    yield Finding(setting(program, name), {"api": name, "other": other}, key=f"{name} {other}")


@rule("SRC053", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.location",), effort=Effort.HOUR)
def unknown_name_is_declared(source: SourceEvidence) -> Iterator[Finding]:
    """`requiredPrivateInfos` holds a name that WeChat does not know.

    Only the eight location interfaces belong there; another name makes the upload fail or is ignored.

    Found: `requiredPrivateInfos` lists `{api}`.

    Way out: Take it out. Interfaces of other kinds are declared in the privacy guide.
    """
    for program in _with_settings(source):
        for name in program.app.required_private_infos or ():
            if name not in names().location:
                yield Finding(setting(program, name), {"api": name}, key=name)


@rule("SRC054", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.location", "pipl.17"), effort=Effort.HOUR)
def purpose_of_a_permission_is_missing(source: SourceEvidence) -> Iterator[Finding]:
    """The purpose of a location permission is not written.

    The dialog shows the text of `permission`; without it the call fails in new apps, and the shopper agrees to
    something that was not told.

    Found: `{api}` is used and `permission` has no purpose for `{scope}`.

    Way out: Write one sentence on what the shopper gets from it.
    """
    for program in _with_settings(source):
        told: set[tuple[str, str]] = set()
        for name, scope in names().scopes.items():
            for use, whose in _first(program, name) if not program.app.permission.get(scope) else ():
                if (scope, whose) not in told:
                    told.add((scope, whose))
                    facts, sure = {"api": name, "scope": scope}, certainty(program, use.file)
                    yield Finding(of(program, use), facts, sure, key=scope, package=whose)


@rule(
    "SRC055",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.17", "wx.location"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HOUR,
)
def purpose_says_nothing(source: SourceEvidence) -> Iterator[Finding]:
    """The purpose of a permission says nothing.

    A sentence that repeats the permission, or the sample text of the documentation, informs nobody; consent needs to
    know what for.

    Found: the purpose of `{scope}` is “{text}”.

    Way out: Name the feature: “to show the stores near you”.
    """
    for program in _with_settings(source):
        for scope, text in program.app.permission.items():
            if text and (len(text) < PURPOSE_CHARACTERS_MIN or text.strip("。. ") in _EMPTY_PURPOSES):
                yield Finding(setting(program, scope), {"scope": scope, "text": text}, key=scope)


@rule("SRC056", Area.SOURCE, Tag.PLATFORM, Effect.ADVICE, requirements=("wx.location",), effort=Effort.HOUR)
def permission_without_a_use(source: SourceEvidence) -> Iterator[Finding]:
    """`permission` explains a scope that nothing uses.

    It is a leftover that suggests a collection to reviewers and auditors.

    Found: `permission` explains `{scope}`, and no interface that needs it was found.

    Way out: Take the entry out.
    """
    for program in _with_settings(source):
        for scope in program.app.permission:
            asking = [name for name, needed in names().scopes.items() if needed == scope]
            if asking and not program.uses_of(*asking):
                yield Finding(setting(program, scope), {"scope": scope}, Certainty.LIKELY, key=scope)


@rule("SRC057", Area.SOURCE, Tag.ADVICE, Effect.ADVICE, requirements=("wx.privacy.gate",), effort=Effort.HOUR)
def privacy_switch_without_effect(source: SourceEvidence) -> Iterator[Finding]:
    """`__usePrivacyCheck__` stands in app.json.

    WeChat has ignored it since 2023-10-17: the privacy gate is always on. Who set it to `false` in order to have no
    gate is mistaken.

    Found: `__usePrivacyCheck__` is {value}; it has no effect any more.

    Way out: Take it out, and see that every privacy interface works when the shopper refuses.
    """
    for program in _with_settings(source):
        if program.app.privacy_check is not None:
            value = str(program.app.privacy_check).lower()
            yield Finding(setting(program, "__usePrivacyCheck__"), {"value": value})


@rule("SRC058", Area.SOURCE, Tag.PLATFORM, Effect.BLOCKED, requirements=("wx.location",), effort=Effort.HOUR)
def background_location_is_half_declared(source: SourceEvidence) -> Iterator[Finding]:
    """Location in the background is used and only half declared.

    `startLocationUpdateBackground` needs `requiredBackgroundModes: ["location"]` beside `requiredPrivateInfos`, and a
    purpose that shoppers and reviewers accept; a shop hardly has one.

    Found: `startLocationUpdateBackground` is called and `requiredBackgroundModes` does not hold `location`.

    Way out: Take it out; use the location while the app is open, or a place the shopper chooses.
    """
    for program in _with_settings(source):
        uses = program.uses_of("startLocationUpdateBackground")
        if uses and "location" not in program.app.background_modes:
            yield Finding(of(program, uses[0]), {}, certainty(program, uses[0].file))


def _first(program: Program, name: str) -> Iterator[tuple[Use, str]]:
    """The first use of an interface in the own code, and in each package of somebody else."""
    told: set[str] = set()
    for use in program.uses_of(name):
        whose = package(program, use.file)
        if whose not in told:
            told.add(whose)
            yield use, whose


def _with_settings(source: SourceEvidence) -> Iterator[Program]:
    """Programs whose settings could be read."""
    for program in source.programs:
        if program.app.file is not None and program.app.pages:
            yield program
