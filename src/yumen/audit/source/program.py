"""One mini-program as rules see it: settings, files, uses of the interface, requests, ways of personal data."""

from __future__ import annotations

from functools import cached_property

from yumen.audit.source import apis
from yumen.audit.source.config import App, Config
from yumen.audit.source.facts import Call, Facts
from yumen.audit.source.flows import Flow, Flows, Request
from yumen.audit.source.labels import Labelling
from yumen.audit.source.linking import Links
from yumen.audit.source.modules import Modules
from yumen.audit.source.styles import Style
from yumen.audit.source.templates import Templates
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
        self, path: str, kind: str, app: App, facts: tuple[Facts, ...], styles: tuple[Style, ...],
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
        self.numbers = {one.path: number for number, one in enumerate(facts)}

    @cached_property
    def flows_found(self) -> Flows:
        """Linked and followed, once, when the first rule asks."""
        modules = Modules(self.numbers, self.path, self.app.aliases, self.configs)
        values = Values(self.facts, modules)
        links = Links(values)
        links.link()
        labelling = Labelling(values, links)
        templates = Templates(values, labelling, self.numbers, self.configs, self.path)
        templates.join()
        values.forget()
        flows = Flows(values, links, labelling, templates)
        flows.find()
        return flows

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
        for file, facts in enumerate(self.facts):
            for name, start in facts.traces:
                found.append(Use(name, file, start, start + len(name), None, -1))
        return tuple(sorted(found, key=lambda one: (one.file, one.start, one.name)))

    def is_own(self, file: int) -> bool:
        """Is it the brand's own code, read in full?"""
        return self.facts[file].light != "third_party" and self.facts[file].light != "minified"

    def sources_of(self, name: str) -> apis.Source | None:
        return apis.names().sources.get(name)
