"""What a value really is, followed through names, imports, objects, calls and closures of the whole program.

A `Thing` is where following ends: a literal, an object, a function, a name of the interface, or something nobody can
know (a parameter without a known caller, the answer of a server).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from yumen.audit.source import apis
from yumen.audit.source.context import Context, Key
from yumen.audit.source.data import facts_of
from yumen.audit.source.facts import (
    ALT,
    ARGUMENTS,
    ARRAY,
    CALL,
    CAT,
    CLASS,
    CONST,
    FREE,
    FUNCTION,
    IMPORT,
    MIX,
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
from yumen.audit.source.fields import Fields
from yumen.audit.source.indexes import API, NAMESPACE, Thing
from yumen.audit.source.memo import DEPTH_MAX

THINGS_MAX: Final = 8
_ENDS: Final = frozenset({TEXT, CONST, CAT, MIX, OBJECT, ARRAY, FUNCTION, REST, THIS, CLASS, ARGUMENTS, OMIT})
"""Operations at which following ends."""
_SELF: Final = frozenset({"Object.freeze", "Object.assign", "vue:reactive", "vue:toRefs", "vue:toRaw", "vue:unref",
    "vue:readonly", "vue:markRaw", "vue:storeToRefs", "pinia:storeToRefs", "vue:toRef", "structuredClone", "JSON.parse",
    "react:useMemo", "Promise.resolve", "Promise.all", "Promise.race", "Promise.any", "Array.from",
    "Object.values", "defineAppConfig", "definePageConfig", "vue:defineComponent", "wx.cloneDeep"})  # fmt: skip
_MANAGERS: Final = frozenset(
    {"wx.getRealtimeLogManager", "wx.getLogManager", "wx.createCameraContext", "wx.getRecorderManager"}
)
"""Calls whose result is used as a part of the interface."""
PLUGIN: Final = "requirePlugin:"
"""Begins the name of what a plugin offers; its own name follows."""
_SAME: Final = frozenset({"catch", "finally", "slice", "filter", "sort", "reverse", "concat", "flat", "fill", "splice"})


class Values(Fields):
    """Follows values. The indexes below are filled by `linking`; call `forget` when one of them grew."""

    # following

    def things(self, file: int, number: int, context: Context | None = None) -> tuple[Thing, ...]:
        """Where following a value ends; empty if nothing is known or it goes in a circle."""
        question = (file, number, context)
        memo = self._memo
        known = memo.known.get(question)
        if known is not None:
            return known
        value: Sequence[Any] = self.files[file].values[number]
        op = value[0]
        if memo.depth <= DEPTH_MAX:
            if op in _ENDS:
                known = memo.known[question] = (Thing(file, number, context),)
                return known
            if op == FREE:
                return _free(value[1])
        return memo.ask(question, self._follow, THINGS_MAX)

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

    # modules

    def imported(self, file: int, module: str, name: str) -> tuple[Thing, ...]:
        """What an import brings."""
        if module in apis.PACKAGES:
            return (Thing(API, "wx" if name in {"*", "default"} else f"wx.{name}"),)
        number = self.modules.find(self.listed.paths[file], module)
        if number < 0 and module.endswith(".json"):
            number = self._required(file, module)
        if number < 0:
            return (Thing(API, f"{module}:{name}" if name != "*" else f"{module}:"),)
        if name == "*":
            return self._whole(number)
        return self.exported(number, name)

    def _required(self, file: int, module: str) -> int:
        """The number of a JSON file that a script requires: it becomes a file of the program by that."""
        config = self.modules.settings(self.listed.paths[file], module)
        if config is None:
            return -1
        if config.path not in self._data_files:
            self._data_files[config.path] = len(self.listed)
            self.listed.append(facts_of(config))
        return self._data_files[config.path]

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
            if path in _MANAGERS:
                return (Thing(API, f"{path}()"),)
            if path in {"requirePlugin", "wx.requirePlugin"} and call.args:
                return tuple(Thing(API, f"{PLUGIN}{name}") for name in self._said(file, call.args[0], context))
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

    def _said(self, file: int, number: int, context: Context | None) -> Iterator[str]:
        """The texts a value may be."""
        for one in self.things(file, number, context):
            if self.op(one) == TEXT:
                yield str(self.value(one)[1])

    def _method(
        self, file: int, index: int, call: Call, callee: Thing, context: Context | None
    ) -> tuple[Thing, ...] | None:
        _, base, name = self.value(callee)
        if name == "then" and call.args:
            functions = self.things(file, call.args[0], context)
            return tuple(r for f in functions for r in self.returned(f, None)) or None
        if name in _SAME:
            same = self.things(callee.file, base, callee.context)
            return None if any(self.op(one) in {TEXT, CAT} for one in same) else same
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


@lru_cache(maxsize=4_096)
def _free(name: str) -> tuple[Thing, ...]:
    """A name that is bound nowhere means the same wherever it stands."""
    return (Thing(API, "wx" if name in apis.WECHAT else name),)
