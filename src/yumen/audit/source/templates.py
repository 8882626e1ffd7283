"""Join templates with their scripts: which function an event calls, which page data an input writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from yumen.audit.source.apis import names
from yumen.audit.source.config import Config
from yumen.audit.source.context import Key
from yumen.audit.source.facts import CALL, CLASS, FREE, FUNCTION, OBJECT, THIS, Attribute, Facts, Tag
from yumen.audit.source.indexes import Thing
from yumen.audit.source.labels import Label, Labelling
from yumen.audit.source.values import Values

_EVENT: Final = re.compile(r"^(?:bind:?|catch:?|mut-bind:?|capture-bind:?|capture-catch:?|@|v-on:|on(?=[A-Z]))([\w-]+)")
_NAME: Final = re.compile(r"^[A-Za-z_$][\w$]*$")
_CALLED: Final = re.compile(r"^\s*(?:\(?\$?\w*\)?\s*=>\s*)?([A-Za-z_$][\w$]*)\s*\(\s*(\$?\w*)")
_SET: Final = re.compile(r"([A-Za-z_$][\w$.]*)\s*=\s*(?:\$event|e|event)\.(?:detail|target)\.value")
_MODEL: Final = re.compile(r"^\{?\{?\s*([A-Za-z_$][\w$.]*)\s*\}?\}?$")
_FIELDS: Final = (
    ("id_number", re.compile(r"身份证|证件号|id-?_?card|id-?_?no|identity|certno", re.IGNORECASE)),
    ("bank_card", re.compile(r"银行卡|bank-?_?card", re.IGNORECASE)),
    (
        "phone",
        re.compile(r"手机|联系电话|电话号|联系方式|phone|mobile|(?:^|\b|_)tel(?:$|\b|_|ephone|num)", re.IGNORECASE),
    ),
    ("email", re.compile(r"邮箱|e-?mail", re.IGNORECASE)),
    ("address", re.compile(r"详细地址|收货地址|门牌|detail-?_?address|address-?_?detail", re.IGNORECASE)),
    ("birth_date", re.compile(r"出生日期|生日|birth", re.IGNORECASE)),
    (
        "name",
        re.compile(r"真实姓名|(?:收货|联系)人(?:姓名)?$|您的姓名|输入姓名|real-?_?name|true-?_?name", re.IGNORECASE),
    ),
    ("plate", re.compile(r"车牌", re.IGNORECASE)),
)
_TYPES: Final = {"nickname": "profile", "idcard": "id_number"}
INPUTS: Final = frozenset(
    {"input", "textarea", "Input", "Textarea", "van-field", "u-input", "uni-easyinput", "picker", "t-input"}
)
_TELLING: Final = {name: group for group, names_ in enumerate((("name",), ("placeholder", ":placeholder"),
    ("label", "title"), ("data-field", "data-key", "data-name"), ("model:value", "v-model", "v-model.trim")))
    for name in names_}  # fmt: skip
"""What tells what is to be typed; of the attributes of one group the first counts."""
_TYPED: Final = frozenset({"input", "blur", "confirm", "change"})


class Templates:
    """Reads the tags of all files."""

    def __init__(
        self, values: Values, labelling: Labelling, numbers: Mapping[str, int], configs: Mapping[str, Config], root: str
    ) -> None:
        self.values = values
        self.labelling = labelling
        self.numbers = numbers
        self.configs = configs
        self.root = root
        self._owners: dict[int, list[Thing]] = {}

    def join(self) -> None:
        """Hand the labels of events and inputs to functions and page data."""
        for number, facts in enumerate(self.values.listed):
            script = self.script(number) if facts.tags else -1
            if script < 0:
                continue
            self.labelling.tidy()
            try:
                used = self._used(number)
                for tag in facts.tags:
                    self._tag(number, script, facts, tag, used)
            except RecursionError:
                self.labelling.give_up(number)

    def script(self, number: int) -> int:
        """The file whose functions a template calls: itself (Vue, JSX) or its neighbour of the same name."""
        path = self.values.listed.paths[number]
        if not path.endswith(".wxml"):
            return number
        stem = path.removesuffix(".wxml")
        return next((self.numbers[stem + ending] for ending in (".js", ".ts") if stem + ending in self.numbers), -1)

    def _tag(self, number: int, script: int, facts: Facts, tag: Tag, used: Mapping[str, object]) -> None:
        for attribute in tag.attributes:
            event = _event_of(attribute.name)
            if event:
                labels = self._event_labels(number, facts, tag, event.lower().replace("-", "").replace("_", ""))
                self._event(script, attribute, labels)
                if tag.name in used:
                    self._child_event(self._component(number, used[tag.name]), script, event, attribute)
        kind = input_kind(tag)
        if kind:
            self._two_way(number, script, tag, kind)

    def _event_labels(self, number: int, facts: Facts, tag: Tag, event: str) -> list[Label]:
        source = names().events.get(event)
        if source is not None:
            return [Label(source.kind, number, tag.start, event, path=("detail",))]
        if event in _TYPED and (kind := input_kind(tag)):
            return [Label(kind, number, tag.start, "input", path=("detail", "value")),
                    Label(kind, number, tag.start, "input", path=("target", "value"))]  # fmt: skip
        if event == "submit" and tag.name.lower() == "form":
            index = next(at for at, one in enumerate(facts.tags) if one is tag)
            return [
                Label(kind, number, one.start, "form", path=("detail", "value", name.text))
                for one in facts.tags
                if one.form == index and (name := one.get("name")) is not None and (kind := input_kind(one))
            ]
        return []

    def _event(self, script: int, attribute: Attribute, labels: list[Label]) -> None:
        if not labels:
            return
        if attribute.value >= 0:
            functions = self.values.things(script, attribute.value)
        else:
            for written in _SET.finditer(attribute.text):
                self._hold(script, written[1], [one._replace(path=()) for one in labels])
            functions = tuple(one for name in self._handler_names(attribute.text) for one in self.handler(script, name))
        for one in functions:
            if self.values.op(one) == FUNCTION:
                place = (Key(one.file, self.values.value(one)[1]), 0)
                self.labelling.received[place] += labels
                self.values.received.add(place)

    def _handler_names(self, text: str) -> Iterator[str]:
        text = text.strip()
        if _NAME.match(text):
            yield text
        elif (found := _CALLED.match(text)) is not None:
            yield found[1]

    def handler(self, script: int, name: str) -> list[Thing]:
        """The functions of that name that a template of the script may call."""
        found = [one for owner in self.owners(script) for one in self.values.member(owner, name) or ()]
        facts = self.values.files[script]
        if not found and name in facts.names:
            for number in facts.variables.get(facts.names[name], ()):
                found += self.values.things(script, number)
        return found

    def owners(self, script: int) -> list[Thing]:
        """`this` of what the file registers as page or component."""
        if script not in self._owners:
            facts = self.values.files[script]
            made = {one.value for one in self._registered(script, facts) if one.file == script}
            self._owners[script] = [
                Thing(script, number)
                for number, value in enumerate(facts.values)
                if value[0] == THIS and isinstance(value[1], int) and facts.owners[value[1]] in made
            ]
        return self._owners[script]

    def _registered(self, script: int, facts: Facts) -> Iterator[Thing]:
        for call in facts.calls:
            callee: Any = facts.values[call.callee]
            if callee[0] == FREE and callee[1] in {"Page", "Component", "App", "Behavior"} and call.args:
                yield from self._made(script, call.args[0])
        if "default" in facts.exports:
            yield from self._made(script, facts.exports["default"])
        if not facts.path.endswith(".vue"):  # a wrapper of Page: anything that looks like a page
            for call in facts.calls:
                for number in call.args[:1]:
                    value: Any = facts.values[number]
                    if value[0] == OBJECT and {"data", "onLoad", "methods"} & {name for name, _ in value[2]}:
                        yield Thing(script, number)

    def _made(self, script: int, number: int) -> Iterator[Thing]:
        for one in self.values.things(script, number):
            op = self.values.op(one)
            if op in {OBJECT, CLASS}:
                yield one
            elif op == CALL:
                for inner in self.values.files[one.file].calls[self.values.value(one)[1]].args:
                    yield from (t for t in self.values.things(one.file, inner) if self.values.op(t) in {OBJECT, CLASS})

    def _hold(self, script: int, name: str, labels: list[Label]) -> None:
        """A template writes to page data or to a cell of `<script setup>` by itself."""
        top = name.split(".", maxsplit=1)[0]
        for owner in self.owners(script):
            self.labelling.held[(script, self.values.value(owner)[1])][top] += labels
        facts = self.values.files[script]
        for number in facts.variables.get(facts.names.get(top, -1), ()):
            for one in self.values.things(script, number):
                if isinstance(one.value, int) and one.file >= 0:
                    self.labelling.cells[(one.file, one.value)] += labels

    def _two_way(self, number: int, script: int, tag: Tag, kind: str) -> None:
        for name in ("model:value", "v-model", "v-model.trim", "v-model.lazy", "v-model.number"):
            attribute = tag.get(name)
            found = _MODEL.match(attribute.text.strip()) if attribute is not None else None
            if found is not None:
                self._hold(script, found[1], [Label(kind, number, tag.start, "input")])

    def _child_event(self, child: int, script: int, event: str, attribute: Attribute) -> None:
        """`triggerEvent(name, detail)` in a component calls the handler of its parent."""
        if child < 0:
            return
        for name in self._handler_names(attribute.text):
            for function in self.handler(script, name):
                if self.values.op(function) == FUNCTION:
                    place = (Key(function.file, self.values.value(function)[1]), 0)
                    for detail in self._triggered(child, event):
                        self.values.bound[place].append(detail)

    def _used(self, number: int) -> Mapping[str, object]:
        """The components that a template may use, by their tags."""
        stem = self.values.listed.paths[number].rpartition(".")[0]
        config = self.configs.get(f"{stem}.json")
        used = config.data.get("usingComponents") if config is not None else None
        return used if isinstance(used, dict) else {}

    def _component(self, number: int, path: object) -> int:
        if not isinstance(path, str):
            return -1
        return self.values.modules.find(self.values.listed.paths[number], path)

    def _triggered(self, child: int, event: str) -> Iterator[Thing]:
        facts = self.values.files[child]
        for call in facts.calls:
            callee: Any = facts.values[call.callee]
            if callee[0] == 11 and callee[2] == "triggerEvent" and len(call.args) > 1:
                name: Any = facts.values[call.args[0]]
                if name[0] == 1 and name[1] == event:
                    made = (OBJECT, -call.start, (("detail", call.args[1]),), ())
                    yield Thing(child, self.values.listed.add(child, made, call.start))


@lru_cache(maxsize=4_096)
def _event_of(attribute: str) -> str:
    """The event that an attribute binds, as written; empty if it binds none."""
    found = _EVENT.match(attribute)
    return found[1] if found is not None else ""


def input_kind(tag: Tag) -> str:
    """What a person is asked to type, told by name, placeholder and label; empty if nothing personal."""
    if tag.name not in INPUTS:
        return ""
    type_ = tag.get("type", ":type")
    if type_ is not None and type_.text in _TYPES:
        return _TYPES[type_.text]
    told: dict[int, str] = {}
    for one in tag.attributes:
        if one.name in _TELLING:
            told.setdefault(_TELLING[one.name], one.text)
    return _asked(tuple(told.values())) if told else ""


@lru_cache(maxsize=4_096)
def _asked(words: tuple[str, ...]) -> str:
    return next((kind for kind, pattern in _FIELDS if any(pattern.search(word) for word in words)), "")
