"""Which personal data is in a value: labels travel with it through the whole program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from yumen.audit.source.apis import names
from yumen.audit.source.context import Context, Key
from yumen.audit.source.facts import (
    ALT,
    ARGUMENTS,
    ARRAY,
    CALL,
    CAT,
    CLASS,
    CONST,
    FUNCTION,
    MIX,
    NONE,
    OBJECT,
    OMIT,
    PARAM,
    PROP,
    REST,
    SPREAD,
    TEXT,
    THIS,
    VARIABLE,
    Call,
)
from yumen.audit.source.indexes import API, KNOWN_MAX, Thing
from yumen.audit.source.linking import Links
from yumen.audit.source.memo import Memo
from yumen.audit.source.values import Values

LABELS_MAX: Final = 24
OPEN: Final = "?"
"""The kind of a label that only says: it depends on what the callers of this function hand in."""
_HARMLESS: Final = frozenset(
    {"length", "errMsg", "errno", "errCode", "errcode", "errmsg", "type", "statusCode", "status", "size", "code",
     "accuracy", "speed", "altitude", "verticalAccuracy", "horizontalAccuracy", "duration", "width", "height",
     "fileType", "nationalCode", "postalCode", "currentTarget", "target", "timeStamp", "cloudID", "cursor", "keyCode",
     "message", "stack", "success", "msg"}
)  # fmt: skip
_PASSING: Final = frozenset(
    {"JSON.stringify", "JSON.parse", "encodeURIComponent", "decodeURIComponent", "encodeURI", "escape", "String",
     "Number", "parseInt", "parseFloat", "btoa", "Object.entries", "Object.values", "Object.assign", "Array.from",
     "Array.isArray.from", "Math.round", "Math.floor", "Array", "Object", "Promise.resolve", "Promise.all",
     "wx.arrayBufferToBase64", "qs:stringify", "qs:default.stringify", "query-string:stringify"}
)  # fmt: skip
_PASSING_METHODS: Final = frozenset(
    {"trim", "toString", "slice", "substring", "substr", "split", "join", "concat", "replace", "replaceAll", "pop",
     "shift", "at", "toFixed", "toLowerCase", "toUpperCase", "padStart", "padEnd", "find", "filter", "reverse", "sort",
     "flat", "catch", "finally", "then", "map", "flatMap", "valueOf", "entries", "values", "get", "normalize", "reduce"}
)  # fmt: skip
_EMPTY: Final = frozenset({NONE, TEXT, CONST, FUNCTION, CLASS})
"""Operations whose values hold nothing by themselves."""
MASK: Final = "**"


class Label(NamedTuple):
    """`kind` of data, where it came from (`file`, byte `place`) and by which name; `proven` or only told by a name.
    `path` are the fields that still lead to it (an event holds the text of an input at `detail.value`)."""

    kind: str
    file: int
    place: int
    via: str
    proven: bool = True
    path: tuple[str, ...] = ()


Labels = tuple[Label, ...]


class Labelling:
    """Asks values for their labels. `received`, `held` and `cells` are filled from the templates."""

    def __init__(self, values: Values, links: Links) -> None:
        self.values = values
        self.links = links
        self.received: dict[tuple[Key, int], list[Label]] = defaultdict(list)
        self.held: dict[tuple[int, int], dict[str, list[Label]]] = defaultdict(lambda: defaultdict(list))
        """Page data that an input writes by itself, by file, number of THIS, and key."""
        self.cells: dict[tuple[int, int], list[Label]] = defaultdict(list)
        self._memo: Memo[Label] = Memo()

    def forget(self) -> None:
        self._memo.forget()

    def give_up(self, file: int) -> None:
        """Following went too deep: what was being asked is forgotten, the file is named."""
        self.values.given_up.add(file)
        self.values.forget()
        self.forget()

    def tidy(self) -> None:
        """Forget answers that fill the memory. Only between questions."""
        self.values.tidy()
        if len(self._memo.known) > KNOWN_MAX:
            self.forget()

    def of(self, file: int, number: int, context: Context | None = None) -> Labels:
        """The labels of a value, each once, at most LABELS_MAX."""
        if self.values.files[file].values[number][0] in _EMPTY:
            return ()
        question = (file, number, context)
        known = self._memo.known.get(question)
        return known if known is not None else self._memo.ask(question, self._labels, LABELS_MAX)

    def of_thing(self, thing: Thing) -> Labels:
        if thing.file == API or not isinstance(thing.value, int) or thing.value < 0:
            return ()
        return self.of(thing.file, thing.value, thing.context)

    def _labels(self, file: int, number: int, context: Context | None) -> Sequence[Label]:
        value: Sequence[Any] = self.values.files[file].values[number]
        op = value[0]
        if op == PROP:
            return self._field(file, number, value, context)
        if op == CALL:
            return self._result(file, number, self.values.files[file].calls[value[1]], value[1], context)
        if op == PARAM:
            return self._parameter(file, number, value, context)
        if op in {CAT, MIX, ALT, ARRAY}:
            return self._parts(file, number, op, value, context)
        if op == OBJECT:
            inside = (*(one for _, one in value[2]), *value[3])
            return (*self._all(file, inside, context), *self._stored(file, number))
        if op == VARIABLE:
            return self._all(file, self.values.files[file].variables.get(value[1], ()), context)
        if op in {SPREAD, OMIT}:
            return self._rest_of(file, value, context)
        if op in {REST, ARGUMENTS}:
            return self._arguments(Key(file, value[1]), value[2] if op == REST else 0, context)
        if op in {14, 15, THIS}:
            return [
                label
                for one in self.values.things(file, number, context)
                for label in self._followed(one, file, number)
            ]
        return ()

    def _followed(self, thing: Thing, file: int, number: int) -> Labels:
        return () if (thing.file, thing.value) == (file, number) else self.of_thing(thing)

    def _all(self, file: int, numbers: Iterable[int], context: Context | None) -> list[Label]:
        found: list[Label] = []
        for number in numbers:
            found += self.of(file, number, context)
        return found

    def _parts(self, file: int, number: int, op: int, value: Sequence[Any], context: Context | None) -> list[Label]:
        if op == CAT and any(MASK in (self._text(file, one) or "") for one in value[1:]):
            return []
        found = self._all(file, value[2:] if op == ARRAY else value[1:], context)
        return found + self._stored(file, number) if op == ARRAY else found

    def _text(self, file: int, number: int) -> str | None:
        value: Sequence[Any] = self.values.files[file].values[number]
        return value[1] if value[0] == TEXT else None

    def _stored(self, file: int, number: int) -> list[Label]:
        fields = self.values.stored.get((file, number))
        found = [label for held in (fields or {}).values() for thing in held for label in self.of_thing(thing)]
        return found + self.cells.get((file, number), [])

    def _rest_of(self, file: int, value: Sequence[Any], context: Context | None) -> list[Label]:
        if value[0] == SPREAD or len(value) == 2:
            return list(self.of(file, value[1], context))
        found: list[Label] = []
        for base in self.values.things(file, value[1], context):
            if self.values.op(base) == OBJECT:
                left = [number for name, number in self.values.value(base)[2] if name not in value[2:]]
                found += self._all(base.file, left, base.context)
            else:
                found += [one for one in self.of_thing(base) if not one.path or one.path[0] not in value[2:]]
        return found

    # fields

    def _field(self, file: int, number: int, value: Sequence[Any], context: Context | None) -> list[Label]:
        name = str(value[2])
        if name in _HARMLESS:
            return []
        found: list[Label] = []
        opaque = False
        for base in self.values.things(file, value[1], context):
            members = self.values.member(base, name)
            if members is None:
                opaque = True
                found += narrowed(self.of_thing(base), name)
            else:
                for one in members:
                    found += self._followed(one, file, number)
            found += self._bound_by_template(base, name)
        if opaque and not found:
            found += self._by_name(file, number, name)
        return found

    def _bound_by_template(self, base: Thing, name: str) -> list[Label]:
        if base.file == API and str(base.value).startswith("data:"):
            _, file, owner = str(base.value).split(":")[:3]
            return self.held.get((int(file), int(owner)), {}).get(name, []) if owner.isdigit() else []
        op = self.values.op(base)
        if op == THIS:
            return self.held.get((base.file, self.values.value(base)[1]), {}).get(name, [])
        if op == CALL and name in {"value", "0"} and isinstance(base.value, int):
            return self.cells.get((base.file, base.value), [])
        return []

    def _by_name(self, file: int, number: int, name: str) -> list[Label]:
        kind = names().fields.get(name)
        return [Label(kind, file, self.values.files[file].places[number], name, proven=False)] if kind else []

    # parameters

    def _parameter(self, file: int, number: int, value: Sequence[Any], context: Context | None) -> list[Label]:
        key, index = Key(file, value[1]), value[2]
        call = context.of(key) if context is not None else None
        if call is not None:
            return self._argument(call.file, call.call, index, call.outer)
        found = list(self.received.get((key, index), ()))
        bound = self.values.bound.get((key, index), ())
        for thing in bound:
            found += self.of_thing(thing._replace(context=context))
        if self.values.files[file].functions[key.function].name == "constructor":
            for other, made in self.values.callers.get(key, ())[:8]:
                found += self._argument(other, made, index, None)
        if not found and not bound:
            found.append(Label(OPEN, file, key.function, ""))
        return found

    def _argument(self, file: int, call: int, index: int, context: Context | None) -> list[Label]:
        args = self.values.files[file].calls[call].args
        for at, number in enumerate(args):
            value = self.values.files[file].values[number]
            if value[0] == SPREAD and at <= index:
                return list(self.of(file, number, context))
            if at == index:
                return list(self.of(file, number, context))
        return []

    def _arguments(self, key: Key, first: int, context: Context | None) -> list[Label]:
        call = context.of(key) if context is not None else None
        if call is None:
            return [Label(OPEN, key.file, key.function, "")]
        return self._all(call.file, self.values.files[call.file].calls[call.call].args[first:], call.outer)

    # calls

    def _result(self, file: int, number: int, call: Call, index: int, context: Context | None) -> list[Label]:
        found: list[Label] = []
        for callee in self.values.things(file, call.callee, context):
            path = self.values.api(callee)
            if path:
                found += self._of_api(path, file, number, call, context)
            elif self.values.op(callee) == FUNCTION:
                found += self._returned(callee, (file, index, context))
            elif self.values.op(callee) == PROP:
                found += self._of_method(callee, file, call, context)
        return found + self.cells.get((file, number), [])

    def _returned(self, function: Thing, call: tuple[int, int, Context | None] | None) -> list[Label]:
        inside = self.values.enter(function, call)
        if call is not None and inside is None:
            return []
        returns = self.values.files[function.file].functions[self.values.value(function)[1]].returns
        return self._all(function.file, returns, inside)

    def _of_api(self, path: str, file: int, number: int, call: Call, context: Context | None) -> list[Label]:
        short = path.removeprefix("wx.")
        source = names().sources.get(short) if path.startswith("wx.") else None
        if source is not None:
            return [Label(source.kind, file, call.start, short)]
        if path in {"wx.getStorageSync", "wx.getStorage"}:
            return self._read_back(file, call, context)
        if path in _PASSING:
            return self._all(file, call.args, context)
        if path == "Promise" and call.new and call.args:
            return self._promised(file, call, context)
        if path.endswith((":ref", ":reactive", ":shallowRef", ":cloneDeep", ":useRef")):
            return self._all(file, call.args, context) + self._stored(file, number)
        return []

    def _read_back(self, file: int, call: Call, context: Context | None) -> list[Label]:
        keys = self.values.things(file, call.args[0], context) if call.args else ()
        keys = tuple(key for one in keys for key in (self.values.member(one, "key") or (one,)))
        texts = [self.links.text(key) for key in keys]
        return [label for text in texts for held in self.values.storage.get(text, ()) for label in self.of_thing(held)]

    def _promised(self, file: int, call: Call, context: Context | None) -> list[Label]:
        found: list[Label] = []
        for executor in self.values.things(file, call.args[0], context):
            if self.values.op(executor) == FUNCTION:
                for thing in self.values.settled.get(Key(executor.file, self.values.value(executor)[1]), ()):
                    found += self.of_thing(thing._replace(context=executor.context))
        return found

    def _of_method(self, callee: Thing, file: int, call: Call, context: Context | None) -> list[Label]:
        _, base, name = self.values.value(callee)
        if name in {"replace", "replaceAll"} and any("*" in (self._text(file, one) or "") for one in call.args):
            return []
        if name in {"then", "map", "flatMap"} and call.args:
            functions = [
                one for one in self.values.things(file, call.args[0], context) if self.values.op(one) == FUNCTION
            ]
            if functions:
                return [label for one in functions for label in self._returned(one, None)]
        if name in _PASSING_METHODS:
            return [
                *self.of(callee.file, base, callee.context),
                *(self._all(file, call.args, context) if name == "concat" else []),
            ]
        return []


def narrowed(labels: Iterable[Label], name: str) -> list[Label]:
    """What of them is in the field `name`."""
    found = []
    for label in labels:
        if not label.path or label.kind == OPEN or name == "[]":
            found.append(label)
        elif label.path[0] in {name, "*"}:
            found.append(label._replace(path=label.path[1:]))
    return found
