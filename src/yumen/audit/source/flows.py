"""Ways of personal data from a source to a place where it leaves the shopper's hands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from yumen.audit.source import apis
from yumen.audit.source.context import Context, Key
from yumen.audit.source.facts import OBJECT, Facts, Tag
from yumen.audit.source.gathered import look
from yumen.audit.source.indexes import Thing
from yumen.audit.source.labels import OPEN, Label, Labelling
from yumen.audit.source.linking import Links
from yumen.audit.source.templates import Templates
from yumen.audit.source.texts import Text, texts
from yumen.audit.source.values import PLUGIN, Values

CHAIN_MAX: Final = 3
"""Callers followed upwards from a sink."""
SITES_MAX: Final = 400
"""Ways into one sink."""
_STORAGE: Final = frozenset({"wx.setStorage", "wx.setStorageSync", "wx.batchSetStorage", "wx.batchSetStorageSync"})
_LOG_MANAGERS: Final = ("wx.getRealtimeLogManager().", "wx.getLogManager().")
_ANALYTICS: Final = re.compile(
    r"(?:^|[.:])(?:trackEvent|sendEvent|aldSendEvent|track|sendTrack|logEvent|setUserProperties|gio|uma\.\w+)$"
)
_ANALYTICS_BASE: Final = re.compile(
    r"(?:sensors|uma|umeng|gio|aldstat|mixpanel|amplitude|ta|thinkingdata|zhuge|hmt|tracker|analytics|firebase|gtag|sa)\b",
    re.IGNORECASE,
)
_QUERY: Final = re.compile(r"\{\{(.*?)\}\}")


class Sink(NamedTuple):
    """Where data goes. `kind`: request, url, log, storage, analytics, plugin, webview. `host` where it is known."""

    kind: str
    api: str
    file: int
    start: int
    end: int


class Flow(NamedTuple):
    """`label` reaches `sink`, by the calls `hops` (file, call number), outermost last."""

    label: Label
    sink: Sink
    host: str
    hops: tuple[tuple[int, int], ...]


class Request(NamedTuple):
    """One call to a server by one way in: what its address can be, and the calls that lead to it."""

    api: str
    file: int
    call: int
    urls: tuple[Text, ...]
    hops: tuple[tuple[int, int], ...]


class Flows:
    """Looks at every sink, from every caller it can tell apart."""

    def __init__(self, values: Values, links: Links, labelling: Labelling, templates: Templates) -> None:
        self.values = values
        self.links = links
        self.labelling = labelling
        self.templates = templates
        self.flows: list[Flow] = []
        self.requests: list[Request] = []
        self.web_views: list[tuple[str, int, int, int]] = []
        """Addresses, with file and place of the tag that shows them."""
        self._network = {f"wx.{name}" for name in apis.names().network}
        self._reports = {f"wx.{name}" for name in apis.names().analytics}
        self._kinds: dict[str, str] = {}
        self._called: dict[Key, list[tuple[Key, int]]] = {}
        self._seen: set[tuple[object, ...]] = set()

    def find(self) -> None:
        """Fill `flows` and `requests`, in the order of files and places."""
        for path, file, number in self.links.named:
            self.labelling.tidy()
            try:
                self._sink(path, file, number)
            except RecursionError:
                self.labelling.give_up(file)
        for file, tags in self.values.listed.gathered.told(web_views):
            for tag in tags:
                self._web_view(file, tag)
        self.flows.sort(key=_order)
        self.requests.sort(key=lambda one: (one.file, one.call, one.hops))

    def _sink(self, path: str, file: int, number: int) -> None:
        """Look at the call if it is a way out."""
        kind = self._kinds.get(path)
        if kind is None:
            kind = self._kinds[path] = self._kind(path)
        if kind == "request":
            self._request(path, file, number)
        elif kind:
            args = self.values.files[file].calls[number].args
            self._plain(kind, path.removeprefix(PLUGIN), file, number, args)

    def _kind(self, path: str) -> str:
        """What a call of that name is for data: the kind of a sink, or nothing."""
        base, _, last = path.rpartition(".")
        if path in self._network:
            return "request"
        if (base == "console" and last in apis.LOGS) or path.startswith(_LOG_MANAGERS):
            return "log"
        if path in _STORAGE:
            return "storage"
        if path.startswith(PLUGIN):
            return "plugin"
        counts = path in self._reports or (_ANALYTICS.search(path) and _ANALYTICS_BASE.search(path))
        return "analytics" if counts else ""

    def called_in(self, key: Key) -> list[tuple[Key, int]]:
        """Functions of the program that are called in the body of one, each with the number of the call."""
        if not self._called:
            for target, callers in self.values.callers.items():
                for file, number in callers:
                    inside = Key(file, self.values.files[file].calls[number].inside)
                    self._called.setdefault(inside, []).append((target, number))
        return self._called.get(key, [])

    # sites

    def sites(self, file: int, numbers: Iterable[int]) -> Iterator[tuple[Context | None, tuple[tuple[int, int], ...]]]:
        """The contexts to look at these values in: each caller of a function whose parameter is in them."""
        numbers = tuple(numbers)
        waiting: list[tuple[tuple[Key, int, int], ...]] = [()]
        made = 0
        while waiting and made < SITES_MAX:
            chain = waiting.pop()
            context = self._context(chain)
            open_ = self._open(file, numbers, context)
            callers = self.values.callers.get(open_, ()) if open_ is not None else ()
            if not callers or open_ is None or len(chain) >= CHAIN_MAX:
                made += 1
                yield context, tuple((one[1], one[2]) for one in chain)
                continue
            for caller, call in reversed(callers[:SITES_MAX]):
                if all((caller, call) != one[1:] for one in chain):
                    waiting.append((*chain, (open_, caller, call)))
        if waiting:
            self.values.cut.add(file)

    def _context(self, chain: tuple[tuple[Key, int, int], ...]) -> Context | None:
        context: Context | None = None
        for key, file, call in reversed(chain):
            context = self.values.contexts.make(key, file, call, context, context)
        return context

    def _open(self, file: int, numbers: Iterable[int], context: Context | None) -> Key | None:
        for number in numbers:
            for label in self.labelling.of(file, number, context):
                if label.kind == OPEN:
                    key = Key(label.file, label.place)
                    if self.values.callers.get(key) and (context is None or context.of(key) is None):
                        return key
        return None

    # sinks

    def _plain(self, kind: str, api: str, file: int, number: int, args: tuple[int, ...]) -> None:
        call = self.values.files[file].calls[number]
        sink = Sink(kind, api.removeprefix("wx."), file, call.start, call.end)
        for label in self._labels(file, args, None):  # what is in it whoever calls
            self._found(Flow(label, sink, "", ()))
        for context, hops in self.sites(file, args):
            for label in self._labels(file, args, context) if hops else ():
                self._found(Flow(label, sink, "", hops))

    def _labels(self, file: int, numbers: Iterable[int], context: Context | None) -> Iterator[Label]:
        for number in numbers:
            for label in self.labelling.of(file, number, context):
                if label.kind != OPEN:
                    yield label

    def _found(self, flow: Flow) -> None:
        key = (flow.label.kind, flow.label.file, flow.label.place, flow.sink, flow.host)
        if key not in self._seen:
            self._seen.add(key)
            self.flows.append(flow)

    def _request(self, path: str, file: int, number: int) -> None:
        call = self.values.files[file].calls[number]
        api = path.removeprefix("wx.")
        for context, hops in self.sites(file, call.args[:1]):
            options = self.values.things(file, call.args[0], context) if call.args else ()
            urls = self._urls(file, call.args, options, context)
            self.requests.append(Request(api, file, number, urls, hops))
            hosts = ["wx.cloud"] if api.startswith("cloud.") else [host_of(one.start) for one in urls]
            where = self._labelled_fields(options)
            always = set(self._labels(file, call.args[:1], None)) if hops else set()
            for host in dict.fromkeys(hosts):
                sink = Sink("request", api, file, call.start, call.end)
                for field, label in where:
                    way = () if label in always else hops
                    self._found(Flow(label, sink, host, way))
                    if field == "url":
                        self._found(Flow(label, sink._replace(kind="url"), host, way))

    def _urls(
        self, file: int, args: tuple[int, ...], options: tuple[Thing, ...], context: Context | None
    ) -> tuple[Text, ...]:
        found: list[Text] = []
        for option in options:
            for url in self.values.member(option, "url") or ():
                if url.file >= 0 and isinstance(url.value, int) and url.value >= 0:
                    found += texts(self.values, url.file, url.value, url.context)
        return tuple(dict.fromkeys(found)) or (Text("", False),)

    def _labelled_fields(self, options: tuple[Thing, ...]) -> list[tuple[str, Label]]:
        found: list[tuple[str, Label]] = []
        for option in options:
            if self.values.op(option) != OBJECT:
                found += [("data", label) for label in self.labelling.of_thing(option) if label.kind != OPEN]
                continue
            value = self.values.value(option)
            numbers = [(str(name), one) for name, one in value[2]] + [("data", one) for one in value[3]]
            for name, one in numbers:
                if name in {"success", "fail", "complete"}:
                    continue
                labels = self.labelling.of(option.file, one, option.context)
                found += [(name, label) for label in labels if label.kind != OPEN]
            assert isinstance(option.value, int)
            stored = self.values.stored.get((option.file, option.value)) or {}
            for name, held in sorted(stored.items()):
                labels = tuple(label for thing in held for label in self.labelling.of_thing(thing))
                found += [(name, label) for label in labels if label.kind != OPEN]
        return found

    # pages shown in a web-view

    def _web_view(self, file: int, tag: Tag) -> None:
        source = tag.get("src", ":src")
        script = self.templates.script(file)
        if source is None or script < 0:
            return
        sink = Sink("webview", "web-view", file, tag.start, tag.end)
        for address, labels in self.shown(script, source.text, source.value):
            self.web_views.append((address, file, source.start, source.end))
            for label in labels:
                if label.kind != OPEN:
                    self._found(Flow(label, sink, host_of(address), ()))

    def shown(self, script: int, text: str, value: int) -> Iterator[tuple[str, tuple[Label, ...]]]:
        """Addresses an attribute may hold, with the labels of each."""
        if value >= 0:
            for one in texts(self.values, script, value):
                yield one.start, self.labelling.of(script, value)
            return
        found = _QUERY.search(text)
        name = (found[1] if found else text).strip()
        if not name.isidentifier():
            yield text, ()
            return
        things = [one for owner in self.templates.owners(script) for one in self.data(owner, name)]
        things += self.templates.handler(script, name) if not things else []
        for thing in things:
            if thing.file < 0 or not isinstance(thing.value, int) or thing.value < 0:
                continue
            for one in texts(self.values, thing.file, thing.value, thing.context):
                yield one.start, self.labelling.of_thing(thing)

    def data(self, owner: Thing, name: str) -> list[Thing]:
        """What a key of page data may hold."""
        number = self.values.value(owner)[1]
        held: list[Thing] = list(self.values.data.get((owner.file, number), {}).get(name, ()))
        return held or list(self.values.member(owner, name) or ())


@look
def web_views(facts: Facts) -> list[Tag]:
    """Tags that show a web page."""
    return [tag for tag in facts.tags if tag.name.lower() in {"web-view", "webview"}]


def _order(flow: Flow) -> tuple[int, int, str, int, int, str]:
    return (flow.sink.file, flow.sink.start, flow.sink.kind, flow.label.file, flow.label.place, flow.host)


def host_of(address: str) -> str:
    """Host (and port) of an address, in lower case; empty if it has none."""
    try:
        return (
            (urlsplit(address).netloc if "://" in address[:12] or address.startswith("//") else "")
            .rpartition("@")[2]
            .lower()
        )
    except ValueError:
        return ""
