"""What a value really is, followed through names, imports, objects, calls and closures of the whole program.

A `Thing` is where following ends: a literal, an object, a function, a name of the interface, or something nobody can
know (a parameter without a known caller, the answer of a server).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from yumen.audit.source import apis
from yumen.audit.source.context import Context, Contexts, Key
from yumen.audit.source.facts import (
    ALT,
    ARRAY,
    CALL,
    CLASS,
    FREE,
    FUNCTION,
    IMPORT,
    OBJECT,
    OMIT,
    PARAM,
    PROP,
    SPREAD,
    TEXT,
    THIS,
    VARIABLE,
    Call,
    Facts,
)
from yumen.audit.source.modules import Modules

THINGS_MAX: Final = 8
DEPTH_MAX: Final = 60
API: Final = -1
"""File number of names of the interface; their `value` is a text."""
NAMESPACE: Final = -1
"""Value number of all exports of a file."""
_SELF: Final = frozenset({"Object.freeze", "Object.assign", "vue:reactive", "vue:toRefs", "vue:toRaw", "vue:unref",
    "vue:readonly", "vue:markRaw", "vue:storeToRefs", "pinia:storeToRefs", "vue:toRef", "structuredClone", "JSON.parse",
    "react:useMemo", "Promise.resolve", "Promise.all", "Promise.race", "Promise.any", "Array.from",
    "Object.values", "defineAppConfig", "definePageConfig", "vue:defineComponent", "wx.cloneDeep"})  # fmt: skip
_CELLS: Final = frozenset({"vue:ref", "vue:shallowRef", "vue:customRef", "react:useRef", "ref"})
_MAKERS: Final = re.compile(r"^wx\.(?:create\w+|get\w+Manager|cloud\.\w+)$")
_SAME: Final = frozenset({"catch", "finally", "slice", "filter", "sort", "reverse", "concat", "flat", "fill", "splice"})
_GROUPS: Final = ("methods", "data", "computed", "properties", "actions", "state", "getters", "props", "lifetimes",
    "pageLifetimes", "mutations", "observers")  # fmt: skip


class Thing(NamedTuple):
    """`value` number of `file`, looked at through `context`; for names of the interface the dotted name."""

    file: int
    value: int | str
    context: Context | None = None


class Values:
    """Follows values. The indexes below are filled by `linking`; call `forget` when one of them grew."""

    def __init__(self, files: Sequence[Facts], modules: Modules) -> None:
        self.files = files
        self.modules = modules
        self.contexts = Contexts()
        self.stored: dict[tuple[int, int], dict[str, list[Thing]]] = defaultdict(lambda: defaultdict(list))
        """What was put into an object, array, cell or `this`, by its value number and field."""
        self.data: dict[tuple[int, int], dict[str, list[Thing]]] = defaultdict(lambda: defaultdict(list))
        """Page data by file and number of THIS."""
        self.globals: dict[str, list[Thing]] = defaultdict(list)
        self.app: list[Thing] = []
        self.bound: dict[tuple[Key, int], list[Thing]] = defaultdict(list)
        """What callbacks are called with."""
        self.callers: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        self.settled: dict[Key, list[Thing]] = defaultdict(list)
        """What the executor of a promise resolves with."""
        self.storage: dict[str, list[Thing]] = defaultdict(list)
        """What was written to the shopper's storage, by key."""
        self.received: set[tuple[Key, int]] = set()
        """Parameters that an event of a template hands something personal."""
        self._known: dict[tuple[int, int, Context | None], tuple[Thing, ...]] = {}
        self._asked: set[tuple[Thing, str]] = set()
        self._depth = 0

    def forget(self) -> None:
        self._known.clear()

    # following

    def things(self, file: int, number: int, context: Context | None = None) -> tuple[Thing, ...]:
        """Where following a value ends; empty if nothing is known or it goes in a circle."""
        key = (file, number, context)
        known = self._known.get(key)
        if known is not None:
            return known
        if number == 0 or self._depth > DEPTH_MAX:
            return ()
        self._known[key] = ()
        self._depth += 1
        found = self._follow(file, number, context)
        self._depth -= 1
        if len(found) > 1:
            found = tuple(dict.fromkeys(found))[:THINGS_MAX]
        self._known[key] = found
        return found

    def _follow(self, file: int, number: int, context: Context | None) -> tuple[Thing, ...]:
        value: Sequence[Any] = self.files[file].values[number]
        op = value[0]
        if op == PROP:
            return self._member(file, number, value, context)
        if op == CALL:
            return self._result(file, number, value[1], context)
        if op == VARIABLE:
            return self._all(file, self.files[file].variables.get(value[1], ()), context)
        if op == ALT:
            return self._all(file, value[1:], context)
        if op == FREE:
            return (Thing(API, "wx" if value[1] in apis.WECHAT else value[1]),)
        if op == IMPORT:
            return self.imported(file, value[1], value[2])
        if op == PARAM:
            return self._parameter(file, number, Key(file, value[1]), value[2], context)
        if op == SPREAD:
            return self.things(file, value[1], context)
        return (Thing(file, number, context),)

    def _all(self, file: int, numbers: Iterable[int], context: Context | None) -> tuple[Thing, ...]:
        found: list[Thing] = []
        for number in numbers:
            found += self.things(file, number, context)
        return tuple(found)

    def follow(self, thing: Thing) -> tuple[Thing, ...]:
        """Go on from a thing that an index remembered."""
        if thing.file == API or not isinstance(thing.value, int) or thing.value == NAMESPACE:
            return (thing,)
        return self.things(thing.file, thing.value, thing.context)

    def op(self, thing: Thing) -> int:
        """The operation of a thing; -1 for names of the interface and whole modules."""
        if thing.file == API or not isinstance(thing.value, int) or thing.value < 0:
            return -1
        number = self.files[thing.file].values[thing.value][0]
        return number if isinstance(number, int) else -1

    def value(self, thing: Thing) -> Sequence[Any]:
        """The tuple behind a thing of a file."""
        assert isinstance(thing.value, int)
        return self.files[thing.file].values[thing.value]

    def api(self, thing: Thing) -> str:
        """The dotted name, if it is one of the interface."""
        return thing.value if isinstance(thing.value, str) else ""

    # modules

    def imported(self, file: int, module: str, name: str) -> tuple[Thing, ...]:
        """What an import brings."""
        if module in apis.PACKAGES:
            return (Thing(API, "wx" if name in {"*", "default"} else f"wx.{name}"),)
        number = self.modules.find(self.files[file].path, module)
        if number < 0:
            return (Thing(API, f"{module}:{name}" if name != "*" else f"{module}:"),)
        if name == "*":
            return self._whole(number)
        return self.exported(number, name)

    def exported(self, file: int, name: str, depth: int = 0) -> tuple[Thing, ...]:
        """An export by name, through barrels and CommonJS."""
        facts = self.files[file]
        if name in facts.exports:
            return self.things(file, facts.exports[name])
        if name == "default":
            return self._whole(file)
        if "*" in facts.exports:
            found = [one for base in self.things(file, facts.exports["*"]) for one in self.member(base, name) or ()]
            if found:
                return tuple(found)
        if depth < THINGS_MAX:
            for module in facts.passed_on:
                number = self.modules.find(facts.path, module)
                if number >= 0 and (passed := self.exported(number, name, depth + 1)):
                    return passed
        return ()

    def _whole(self, file: int) -> tuple[Thing, ...]:
        facts = self.files[file]
        if "*" in facts.exports:
            return self.things(file, facts.exports["*"])
        return (Thing(file, NAMESPACE),)

    # fields

    def _member(self, file: int, number: int, value: Sequence[Any], context: Context | None) -> tuple[Thing, ...]:
        found: list[Thing] = []
        for base in self.things(file, value[1], context):
            members = self.member(base, value[2])
            if members is None:
                found.append(Thing(file, number, context))
            else:
                found += members
        return tuple(found)

    def member(self, base: Thing, name: str) -> tuple[Thing, ...] | None:
        """A field of a thing; None if the thing does not show its fields; nothing where it goes in a circle."""
        asked = (base, name)
        if asked in self._asked or len(self._asked) > DEPTH_MAX:
            return ()
        self._asked.add(asked)
        found = self._field_of(base, name)
        self._asked.discard(asked)
        return found

    def _field_of(self, base: Thing, name: str) -> tuple[Thing, ...] | None:
        if base.file == API:
            return self._of_api(str(base.value), name)
        if base.value == NAMESPACE:
            return self.exported(base.file, name)
        op = self.op(base)
        if op in {OBJECT, ARRAY}:
            return self._of_object(base, name, op)
        if op == THIS:
            return self._of_this(base, name)
        if op == CALL:
            return self._of_call(base, name)
        if op == OMIT:
            value = self.value(base)
            if name in value[2:]:
                return ()
            found = [m for one in self.things(base.file, value[1], base.context) for m in self.member(one, name) or ()]
            return tuple(found) or None
        if op in {FUNCTION, CLASS}:
            return self._of_class(base, name) if op == CLASS else self._stored(base, name)
        return None

    def _of_api(self, path: str, name: str) -> tuple[Thing, ...]:
        if path == "getApp()":
            if name == "globalData":
                return (Thing(API, "globalData"),)
            return tuple(one for app in self.app for one in self.member(app, name) or ())
        if path == "globalData":
            held = self.globals.get(name)
            start = [
                m
                for app in self.app
                for one in self.member(app, "globalData") or ()
                for m in self.member(one, name) or ()
            ]
            found = [*start, *(one for thing in held or () for one in self.follow(thing))]
            return tuple(found) or (Thing(API, f"globalData.{name}"),)
        if path.startswith("data:"):
            return self._of_data(path, name)
        if path.endswith(":"):  # a whole package
            return (Thing(API, f"{path}{name}"),)
        if path.endswith(":default") or (path in {"globalThis", "window", "global"} and name in apis.WECHAT):
            return (Thing(API, f"{path.removesuffix(':default')}:{name}" if ":" in path else "wx"),)
        return (Thing(API, f"{path}.{name}"),)

    def _of_data(self, path: str, name: str) -> tuple[Thing, ...]:
        """A key of page data: what was ever put there and what it began with."""
        parts = path.split(":")
        file, number = int(parts[1]), parts[2]
        if not number.isdigit():  # deeper: nobody knows
            return (Thing(API, f"{path}.{name}"),)
        owner = self.files[file].owners[int(number)]
        found = [one for thing in self.data.get((file, int(number)), {}).get(name, ()) for one in self.follow(thing)]
        if owner and self.op(Thing(file, owner)) == OBJECT:
            for start in self._of_object(Thing(file, owner), "data", OBJECT):
                if self.op(start) == OBJECT:
                    found += self._of_object(start, name, OBJECT)
        return tuple(found) or (Thing(API, f"{path}.{name}"),)

    def beginning(self, owner: Thing, name: str) -> list[Thing]:
        """What a key of page data holds before anything is done."""
        made = Thing(owner.file, self.files[owner.file].owners[self.value(owner)[1]])
        if self.op(made) != OBJECT:
            return []
        found: list[Thing] = []
        for data in self._of_object(made, "data", OBJECT):
            for inner in self.returned(data, None) if self.op(data) == FUNCTION else (data,):
                if self.op(inner) == OBJECT:
                    numbers = [number for key, number in self.value(inner)[2] if key == name]
                    found += self._all(inner.file, numbers, inner.context)
        return found

    def _of_object(self, base: Thing, name: str, op: int) -> tuple[Thing, ...]:
        value = self.value(base)
        found: list[Thing] = []
        if op == OBJECT:
            for key, number in value[2]:
                if key in {name, "[]"} or name == "[]":
                    found += self.things(base.file, number, base.context)
            if not found:
                for spread in value[3]:
                    for one in self.things(base.file, spread, base.context):
                        found += self.member(one, name) or ()
        else:
            items = value[2:]
            picked = items if not name.isdigit() else items[int(name) : int(name) + 1] if int(name) < 1000 else ()
            found += self._all(base.file, picked, base.context)
        return (*found, *self._stored(base, name))

    def _stored(self, base: Thing, name: str) -> tuple[Thing, ...]:
        assert isinstance(base.value, int)
        fields = self.stored.get((base.file, base.value))
        if fields is None:
            return ()
        held = (
            [*fields.get(name, ()), *fields.get("[]", ())] if name != "[]" else [t for f in fields.values() for t in f]
        )
        return tuple(
            one for thing in held for one in self.follow(thing._replace(context=base.context or thing.context))
        )

    def _of_this(self, base: Thing, name: str) -> tuple[Thing, ...] | None:
        number = self.value(base)[1]
        owner = self.files[base.file].owners[number]
        found: list[Thing] = []
        if name == "data":
            return (Thing(API, f"data:{base.file}:{number}"),)
        if owner:
            made = Thing(base.file, owner, base.context)
            if self.op(made) == CLASS:
                found += self._of_class(made, name) or ()
            else:
                found += self._of_component(made, name)
        found += self._stored(base, name)
        held = self.data.get((base.file, number))
        if held is not None:
            found += [one for thing in held.get(name, ()) for one in self.follow(thing)]
        return tuple(found) or None

    def _of_component(self, made: Thing, name: str) -> list[Thing]:
        """A field of what is handed to Page, Component, or exported by a Vue file: methods and data lie flat."""
        found = list(self._of_object(made, name, OBJECT))
        if found:
            return found
        for group in _GROUPS:
            for inner in self._of_object(made, group, OBJECT):
                if self.op(inner) == FUNCTION:  # data() { return {...} }
                    for result in self.returned(inner, None):
                        found += self.member(result, name) or ()
                elif self.op(inner) == OBJECT:
                    found += self._of_object(inner, name, OBJECT)
        return found

    def _of_class(self, base: Thing, name: str) -> tuple[Thing, ...]:
        made = self.files[base.file].classes[self.value(base)[1]]
        found: list[Thing] = []
        if name in made.members:
            found += self.things(base.file, made.members[name], base.context)
        elif made.parent:
            for parent in self.things(base.file, made.parent, None):
                if self.op(parent) == CLASS:
                    found += self._of_class(parent, name)
        return (*found, *self._stored(base, name))

    def _of_call(self, base: Thing, name: str) -> tuple[Thing, ...] | None:
        call = self.files[base.file].calls[self.value(base)[1]]
        callee = self.things(base.file, call.callee, base.context)
        held = self._stored(base, name)
        for one in callee:
            path = self.api(one)
            if (path in _CELLS or path.endswith(":useState")) and name in {"value", "current", "0"}:
                return (*self._all(base.file, call.args[:1], base.context), *held)
            if path.endswith(":computed") and name == "value" and call.args:
                return tuple(
                    r for f in self.things(base.file, call.args[0], base.context) for r in self.returned(f, None)
                )
            if _MAKERS.match(path):
                return (Thing(API, f"{path}().{name}"),)
            if self.op(one) == CLASS and call.new:
                return self._of_instance(one, base, name)
        if held:
            return held
        return self._of_list(base, call, name)

    def _of_instance(self, made: Thing, base: Thing, name: str) -> tuple[Thing, ...] | None:
        found = self._of_class(made, name)
        if found:
            return found
        facts = self.files[made.file]
        this = [
            Thing(made.file, n) for n, v in enumerate(facts.values) if v[0] == THIS and facts.owners[v[1]] == made.value
        ]  # type: ignore[index]
        return tuple(one for own in this for one in self._stored(own, name)) or None

    def _of_list(self, base: Thing, call: Call, name: str) -> tuple[Thing, ...] | None:
        """An element of `list.map(f)` is what f returns."""
        callee = self.files[base.file].values[call.callee]
        if callee[0] == PROP and callee[2] in {"map", "flatMap"} and (name == "[]" or name.isdigit()) and call.args:
            return tuple(r for f in self.things(base.file, call.args[0], base.context) for r in self.returned(f, None))
        return None

    # calls

    def returned(self, function: Thing, call: tuple[int, int, Context | None] | None) -> tuple[Thing, ...]:
        """What a function gives back when called there; `None` is a call nobody sees."""
        if self.op(function) != FUNCTION:
            return ()
        number = self.value(function)[1]
        context = self.enter(function, call)
        return self._all(function.file, self.files[function.file].functions[number].returns, context)

    def enter(self, function: Thing, call: tuple[int, int, Context | None] | None) -> Context | None:
        """The context inside a function that is called there."""
        if call is None:
            return function.context
        key = Key(function.file, self.value(function)[1])
        return self.contexts.make(key, call[0], call[1], call[2], function.context)

    def _result(self, file: int, number: int, index: int, context: Context | None) -> tuple[Thing, ...]:
        call = self.files[file].calls[index]
        found: list[Thing] = []
        opaque = False
        for callee in self.things(file, call.callee, context):
            results = self._called(file, index, call, callee, context)
            if results is None:
                opaque = True
            else:
                found += results
        if opaque or not found:
            found.append(Thing(file, number, context))
        return tuple(found)

    def _called(
        self, file: int, index: int, call: Call, callee: Thing, context: Context | None
    ) -> tuple[Thing, ...] | None:
        path = self.api(callee)
        if path:
            if path == "getApp":
                return (Thing(API, "getApp()"),)
            if path in _SELF:
                return self._all(file, call.args, context)
            if path == "Promise" and call.new and call.args:
                return self._promised(file, call, context)
            if path == "wx.getStorageSync" and call.args:
                return self._read_back(file, call, context)
            return None
        op = self.op(callee)
        if op == FUNCTION and not call.new:
            return self.returned(callee, (file, index, context)) or None
        if op == PROP:
            return self._method(file, index, call, callee, context)
        return None

    def _method(
        self, file: int, index: int, call: Call, callee: Thing, context: Context | None
    ) -> tuple[Thing, ...] | None:
        _, base, name = self.value(callee)
        if name == "then" and call.args:
            functions = self.things(file, call.args[0], context)
            return tuple(r for f in functions for r in self.returned(f, None)) or None
        if name in _SAME:
            return self.things(callee.file, base, callee.context)
        return None

    def _read_back(self, file: int, call: Call, context: Context | None) -> tuple[Thing, ...] | None:
        """What was written to storage under that key."""
        found: list[Thing] = []
        for key in self.things(file, call.args[0], context):
            if self.op(key) == TEXT:
                for held in self.storage.get(str(self.value(key)[1]), ()):
                    found += self.follow(held)
        return tuple(found) or None

    def _promised(self, file: int, call: Call, context: Context | None) -> tuple[Thing, ...] | None:
        found: list[Thing] = []
        for executor in self.things(file, call.args[0], context):
            if self.op(executor) == FUNCTION:
                for thing in self.settled.get(Key(executor.file, self.value(executor)[1]), ()):
                    found += self.follow(thing._replace(context=executor.context))
        return tuple(found) or None

    def _parameter(self, file: int, number: int, key: Key, index: int, context: Context | None) -> tuple[Thing, ...]:
        call = context.of(key) if context is not None else None
        if call is not None:
            return self.argument(call.file, call.call, index, call.outer)
        found = [
            one for thing in self.bound.get((key, index), ()) for one in self.follow(thing._replace(context=context))
        ]
        if self.files[file].functions[key.function].name == "constructor":
            for other, made in self.callers.get(key, ())[:THINGS_MAX]:
                found += self.argument(other, made, index, None)
        if (key, index) in self.received or not found:
            found.append(Thing(file, number, context))
        return tuple(found)

    def argument(self, file: int, call: int, index: int, context: Context | None) -> tuple[Thing, ...]:
        """What a call hands over at that place."""
        args = self.files[file].calls[call].args
        for at, number in enumerate(args):
            value = self.files[file].values[number]
            if value[0] == SPREAD and at <= index:
                spread = self.things(file, value[1], context)  # type: ignore[arg-type]
                return tuple(m for one in spread for m in self.member(one, str(index - at)) or ())
            if at == index:
                return self.things(file, number, context)
        return ()
