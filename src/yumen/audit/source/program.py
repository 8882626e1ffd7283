"""One mini-program as rules see it: settings, files, uses of the interface, requests, ways of personal data."""

from __future__ import annotations

import sys
from functools import cached_property

from yumen.audit.finding import InFile
from yumen.audit.source import hosts
from yumen.audit.source.config import App, Config
from yumen.audit.source.context import Key
from yumen.audit.source.facts import CALL, OBJECT, Call, Facts
from yumen.audit.source.files import Files
from yumen.audit.source.flows import Flow, Flows, Request
from yumen.audit.source.gathered import Gathered, look
from yumen.audit.source.labels import Labelling
from yumen.audit.source.linking import Links
from yumen.audit.source.lower import DEPTH
from yumen.audit.source.memory import without_collecting
from yumen.audit.source.modules import Modules
from yumen.audit.source.starts import automatic
from yumen.audit.source.styles import Style
from yumen.audit.source.templates import Templates
from yumen.audit.source.texts import Text, texts
from yumen.audit.source.tree import File
from yumen.audit.source.values import Values


class Use:
    """A call of WeChat's interface (`name` without `wx.`), or its trace in a file that was read lightly."""

    __slots__ = ("call", "end", "file", "name", "number", "start")

    def __init__(self, name: str, file: int, start: int, end: int, call: Call | None, number: int) -> None:
        self.name = name
        self.file = file
        self.start = start
        self.end = end
        self.call = call
        self.number = number


class Program:
    """`path` is its folder below the audited root; `kind` is native, uni, taro or unknown."""

    def __init__(
        self, path: str, kind: str, app: App, facts: Files, styles: tuple[Style, ...],
        configs: dict[str, Config], images: tuple[File, ...], files: tuple[File, ...],
    ) -> None:  # fmt: skip
        self.path = path
        self.kind = kind
        self.app = app
        self.facts = facts
        self.styles = styles
        self.configs = configs
        self.images = images
        self.files = files
        self.numbers = {path: number for number, path in enumerate(facts.paths)}

    @cached_property
    def flows_found(self) -> Flows:
        """Linked and followed, once, when the first rule asks."""
        with without_collecting():
            return self._followed()

    def _followed(self) -> Flows:
        modules = Modules(self.numbers, self.path, self.app.aliases, self.configs)
        values = Values(self.facts, modules)
        links = Links(values)
        labelling = Labelling(values, links)
        templates = Templates(values, labelling, self.numbers, self.configs, self.path)
        flows = Flows(values, links, labelling, templates)
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, DEPTH))
        try:
            links.link()
            templates.join()
            values.forget()
            flows.find()
        except RecursionError:  # a program made to be hard: what was followed so far stands
            labelling.give_up(0)
        finally:
            sys.setrecursionlimit(before)
        return flows

    @property
    def was_followed(self) -> bool:
        """Has a rule asked for ways of data yet?"""
        return "flows_found" in self.__dict__

    @property
    def flows(self) -> list[Flow]:
        """Every way of personal data."""
        return self.flows_found.flows

    @property
    def requests(self) -> list[Request]:
        """Every call to a server."""
        return self.flows_found.requests

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Calls of the interface and their traces, by file and place."""
        found: list[Use] = []
        for path, file, number in self.flows_found.links.named:
            if path.startswith("wx."):
                call = self.facts[file].calls[number]
                found.append(Use(path[3:], file, call.start, call.end, call, number))
        for file, traces in self.gathered.told(_traces):
            for name, start in traces:
                found.append(Use(name, file, start, start + len(name), None, -1))
        return tuple(sorted(found, key=lambda one: (one.file, one.start, one.name)))

    def uses_of(self, *names: str) -> tuple[Use, ...]:
        """Uses of these names of the interface."""
        return tuple(use for name in names for use in self._uses_by_name.get(name, ()))

    @cached_property
    def _uses_by_name(self) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for use in self.uses:
            found.setdefault(use.name, []).append(use)
        return found

    @cached_property
    def starting(self) -> dict[Key, str]:
        """Functions that run when the app opens, with the hook they are reached from."""
        return automatic(self.flows_found, self.path, self.app.home)

    def starts(self, use: Use) -> str:
        """The hook that leads to this use without a tap; empty if none does."""
        return self.starting.get(Key(use.file, use.call.inside), "") if use.call is not None else ""

    def speaks_of(self, subject: str) -> InFile | None:
        """A place where any file speaks of a subject of `words`."""
        return self.gathered.subjects.get(subject)

    @property
    def gathered(self) -> Gathered:
        """What rules ask of every file."""
        return self.facts.gathered

    def argument(self, use: Use, name: str) -> list[Text]:
        """What the field `name` of the options of a call can be, as text."""
        if use.call is None or not use.call.args:
            return []
        values = self.flows_found.values
        found: list[Text] = []
        for option in values.things(use.file, use.call.args[0]):
            for one in values.member(option, name) or ():
                if one.file >= 0 and isinstance(one.value, int) and one.value >= 0:
                    found += texts(values, one.file, one.value, one.context)
        return found

    def passes(self, use: Use, *names: str) -> bool:
        """Has the call's option object one of these fields, or an option nobody can see into?"""
        if use.call is None or not use.call.args:
            return False
        values = self.flows_found.values
        options = values.things(use.file, use.call.args[0])
        return not options or any(
            values.op(one) != OBJECT or values.member(one, name) for one in options for name in names
        )

    @cached_property
    def guarding(self) -> dict[int, frozenset[int]]:
        """By file, the functions that run only after a question about privacy or permission."""
        values = self.flows_found.values
        asking = self.uses_of("requirePrivacyAuthorize", "getPrivacySetting", "getSetting", "authorize", "showModal")
        calls = {(use.file, use.number) for use in asking}
        found: dict[int, set[int]] = {}
        for (key, _), bound in values.bound.items():
            for thing in bound:
                value = values.files[thing.file].values[thing.value] if isinstance(thing.value, int) else (0,)
                if value[0] == CALL and (thing.file, value[1]) in calls:
                    found.setdefault(key.file, set()).add(key.function)
        return {file: frozenset(functions) for file, functions in found.items()}

    def passes_surely(self, use: Use, name: str) -> bool:
        """Has the call's option object this field, written there?"""
        if use.call is None or not use.call.args:
            return False
        values = self.flows_found.values
        return any(
            values.op(one) == OBJECT and any(key == name for key, _ in values.value(one)[2])
            for one in values.things(use.file, use.call.args[0])
        )

    @cached_property
    def web_views(self) -> tuple[tuple[str, InFile], ...]:
        """Addresses shown in web-views."""
        return tuple(
            (text, InFile(self.facts.paths[file], start, end)) for text, file, start, end in self.flows_found.web_views
        )

    @cached_property
    def origins(self) -> dict[str, InFile]:
        """Where each origin (scheme, host, port) is written first."""
        found: dict[str, InFile] = {}
        for file, written in self.gathered.told(_origins):
            for name, start, end in written:
                found.setdefault(name, InFile(self.facts.paths[file], start, end))
        return found

    def is_own(self, file: int) -> bool:
        """Is it the brand's own code, read in full?"""
        return self.facts.lights[file] not in {"third_party", "minified"}


@look
def _origins(facts: Facts) -> list[tuple[str, int, int]]:
    """Scheme, host and port of the addresses that are written there."""
    found = []
    for literal in facts.literals:
        address = hosts.address(literal.text) if "//" in literal.text[:12] else None
        if address is not None:
            found.append((address.name, literal.start, literal.end))
    return found


@look
def _traces(facts: Facts) -> list[tuple[str, int]]:
    return facts.traces
