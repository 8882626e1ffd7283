"""What runs by itself when the app opens: the functions reached from the hooks of the app and of its first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from yumen.audit.source.context import Key
from yumen.audit.source.facts import FUNCTION
from yumen.audit.source.flows import Flows

_APP: Final = ("onLaunch", "onShow", "onLoad")
_PAGE: Final = ("onLoad", "onShow", "onReady", "created", "mounted", "attached", "ready", "componentDidMount",
    "componentDidShow", "componentWillMount", "beforeMount")  # fmt: skip
_CALLED: Final = frozenset({"wx.onLoad", "wx.onShow", "wx.onReady", "wx.onLaunch", "vue:onMounted", "vue:onBeforeMount",
    "wx.useLoad", "wx.useDidShow", "wx.useReady", "react:useEffect"})  # fmt: skip
ENDINGS: Final = (".js", ".ts", ".vue", ".tsx", ".jsx", ".uvue")
FUNCTIONS_MAX: Final = 5_000


def automatic(flows: Flows, root: str, home: str) -> dict[Key, str]:
    """Each function that runs without a tap, with the hook it is reached from (`app.onLaunch`, `pages/x.onLoad`)."""
    found: dict[Key, str] = {}
    for name, hooks in ((_path(root, "app"), _APP), (_path(root, "App"), _APP), (_path(root, home), _PAGE)):
        for file in _files(flows, name):
            for key, hook in _hooks(flows, file, hooks):
                _reach(flows, key, f"{name.rpartition('/')[2] or name}.{hook}", found)
    return found


def page_files(flows: Flows, root: str, page: str) -> list[int]:
    """The scripts of a page."""
    return _files(flows, _path(root, page))


def _path(root: str, name: str) -> str:
    return f"{root}/{name}" if root else name


def _files(flows: Flows, name: str) -> list[int]:
    numbers = flows.templates.numbers
    return [numbers[name + ending] for ending in ENDINGS if name + ending in numbers]


def _hooks(flows: Flows, file: int, names: tuple[str, ...]) -> Iterator[tuple[Key, str]]:
    values = flows.values
    for name in names:
        for one in flows.templates.handler(file, name):
            if values.op(one) == FUNCTION:
                yield Key(one.file, values.value(one)[1]), name
    for path, other, number in flows.links.named:
        if other == file and path in _CALLED:
            for argument in values.files[file].calls[number].args[:1]:
                for one in values.things(file, argument):
                    if values.op(one) == FUNCTION:
                        yield Key(one.file, values.value(one)[1]), path.rpartition(".")[2].rpartition(":")[2]


def _reach(flows: Flows, start: Key, hook: str, found: dict[Key, str]) -> None:
    waiting = [start]
    while waiting and len(found) < FUNCTIONS_MAX:
        key = waiting.pop()
        if key in found:
            continue
        found[key] = hook
        facts = flows.values.files[key.file]
        waiting += [Key(key.file, n) for n, one in enumerate(facts.functions) if one.parent == key.function]
        waiting += [target for target, _ in flows.called_in(key)]
