"""Fill the indexes that following needs: who calls whom, what is stored where, what callbacks receive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from yumen.audit.source.context import Key
from yumen.audit.source.facts import (
    CALL,
    CLASS,
    FREE,
    FUNCTION,
    OBJECT,
    PARAM,
    PROP,
    TEXT,
    Call,
    Facts,
    Value,
)
from yumen.audit.source.gathered import look
from yumen.audit.source.indexes import API, Thing
from yumen.audit.source.placed import Placed
from yumen.audit.source.values import Values

_EACH: Final = frozenset({"forEach", "map", "filter", "find", "some", "every", "flatMap", "findIndex", "reduce"})
_GROWING: Final = frozenset({"push", "unshift", "add", "set"})
_ANSWERS: Final = frozenset({"success", "complete"})
CALLERS_MAX: Final = 200


class Links(Placed):
    """Calls by what they call, and the channels by which values travel without a call."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.named: list[tuple[str, int, int]] = []
        """Calls of the interface: dotted name, file, number of the call."""
        self.methods: dict[str, list[tuple[int, int, Thing]]] = {}
        """Calls of methods of things nobody knows, by name: file, call, the callee."""
        self._invoked: list[tuple[Key, int, str, int, int]] = []
        self._answers: list[tuple[Thing, int, int]] = []
        self._call_values: dict[int, dict[int, int]] = {}

    def link(self) -> None:
        """Once without callbacks, so that it is known who is called with what; then once with them."""
        self._registrations()
        self._clear()
        self._each(self._stores, self._calls)
        self._callbacks()
        self._channels()
        self.values.forget()
        self._clear_calls()
        self._each(self._calls)
        self.values.forget()

    def _each(self, *steps: Callable[[int], None]) -> None:
        """Take the steps with every file; one that is made to be hard does not take the others with it."""
        for file in range(len(self.values.listed)):
            self.values.tidy()
            try:
                for step in steps:
                    step(file)
            except RecursionError:
                self.values.given_up.add(file)
                self.values.forget()

    def _clear(self) -> None:
        values = self.values
        values.stored.clear()
        values.data.clear()
        values.globals.clear()
        values.storage.clear()
        self._put_data.clear()
        self._clear_calls()

    def _clear_calls(self) -> None:
        self.values.callers.clear()
        self.named.clear()
        self.methods.clear()
        self._invoked.clear()
        self._answers.clear()

    def _registrations(self) -> None:
        """`App({...})` is what getApp() gives."""
        for file, described in self.values.listed.gathered.told(_apps):
            for number in described:
                self.values.app += self.values.things(file, number)

    # calls

    def _calls(self, file: int) -> None:
        values = self.values
        facts = values.files[file]
        for number, call in enumerate(facts.calls):
            for callee in values.things(file, call.callee):
                if callee.file == API:
                    path = str(callee.value)
                    if path.startswith("wx."):
                        self._handed_to_api(file, number, call)
                        self._storage(path, file, call)
                    self.named.append((path, file, number))
                    continue
                op = values.op(callee)
                if op == FUNCTION:
                    values.callers[Key(callee.file, values.value(callee)[1])].append((file, number))
                elif op == CLASS and call.new:
                    self._constructed(callee, file, number)
                elif op == PARAM:
                    _, function, index = values.value(callee)
                    self._invoked.append((Key(callee.file, function), index, "", file, number))
                    self._handed_to_api(file, number, call)
                elif op == PROP:
                    self._method(callee, file, number, call)

    def _handed_to_api(self, file: int, number: int, call: Call) -> None:
        """`success` and `complete` of a call of the interface, or a listener, receive its result."""
        values = self.values
        if not call.args:
            return
        value: Any = values.files[file].values[call.args[0]]
        if value[0] == FUNCTION:
            self._answers.append((Thing(file, call.args[0]), file, number))
        elif value[0] == OBJECT:
            for name, inner in value[2]:
                if name in _ANSWERS:
                    self._answers += [(one, file, number) for one in values.things(file, inner)]

    def _answered(self) -> None:
        """Bind the results of calls of the interface."""
        for one, file, number in self._answers:
            result = Thing(file, self._results(file)[number])
            op = self.values.op(one)
            if op == FUNCTION:
                held = self.values.bound[(Key(one.file, self.values.value(one)[1]), 0)]
                if result not in held:
                    held.append(result)
            elif op == PARAM:
                _, function, index = self.values.value(one)
                self._resolve_or_call(Key(one.file, function), index, result)

    def _resolve_or_call(self, key: Key, index: int, result: Thing) -> None:
        """A parameter that receives a result: `resolve` of a promise, or a callback somebody handed in."""
        if index == 0:
            self.values.settled[key].append(result)
        for other, outer in self.values.callers.get(key, ())[:CALLERS_MAX]:
            for handed in self.values.argument(other, outer, index, None):
                if self.values.op(handed) == FUNCTION:
                    self.values.bound[(Key(handed.file, self.values.value(handed)[1]), 0)].append(result)

    def _results(self, file: int) -> dict[int, int]:
        """The value of each call of a file, by the number of the call."""
        if file not in self._call_values:
            values: Any = self.values.files[file].values
            self._call_values[file] = {value[1]: number for number, value in enumerate(values) if value[0] == CALL}
        return self._call_values[file]

    def _constructed(self, made: Thing, file: int, number: int) -> None:
        for one in self.values.member(made, "constructor") or ():
            if self.values.op(one) == FUNCTION:
                self.values.callers[Key(one.file, self.values.value(one)[1])].append((file, number))

    def _method(self, callee: Thing, file: int, number: int, call: Call) -> None:
        values = self.values
        _, base, name = values.value(callee)
        self.methods.setdefault(name, []).append((file, number, callee))
        places = values.things(callee.file, base)
        if name == "setData" and call.args:
            self._set_data(places, file, call.args[0])
        elif name in _GROWING and call.args:
            for place in places:
                self._put_into(place, "[]", Thing(file, call.args[-1]))
        for place in places:
            op = values.op(place)
            if op == PARAM:
                _, function, index = values.value(place)
                self._invoked.append((Key(place.file, function), index, name, file, number))
            elif op == CALL and name in {"1", "[]"}:
                self._state(place, Thing(file, call.args[0]) if call.args else None)

    # callbacks

    def _callbacks(self) -> None:
        """Give callbacks what they are called with."""
        values = self.values
        values.bound.clear()
        values.settled.clear()
        self._answered()
        for name in ("then", *sorted(_EACH)):
            for file, number, callee in self.methods.get(name, ()):
                self._passed_to_method(name, file, number, callee)
        for key, index, field, file, number in self._invoked:
            self._passed_to_parameter(key, index, field, file, number)

    def _passed_to_method(self, name: str, file: int, number: int, callee: Thing) -> None:
        call = self.values.files[file].calls[number]
        if not call.args:
            return
        base = self.values.value(callee)[1]
        source = Thing(callee.file, base if name == "then" else self.number(callee.file, (PROP, base, "[]")))
        index = 1 if name == "reduce" else 0
        for one in self.values.things(file, call.args[0]):
            if self.values.op(one) == FUNCTION:
                self.values.bound[(Key(one.file, self.values.value(one)[1]), index)].append(source)

    def _passed_to_parameter(self, key: Key, index: int, field: str, file: int, number: int) -> None:
        """A function that was handed in is called here with these arguments."""
        values = self.values
        call = values.files[file].calls[number]
        if index == 0 and not field and call.args:
            values.settled[key].append(Thing(file, call.args[0]))
        for other, outer in values.callers.get(key, ())[:CALLERS_MAX]:
            for handed in values.argument(other, outer, index, None):
                for one in (values.member(handed, field) or ()) if field else (handed,):
                    if values.op(one) == FUNCTION:
                        self._bind_all(Key(one.file, values.value(one)[1]), file, call)

    def _bind_all(self, key: Key, file: int, call: Call) -> None:
        for at, number in enumerate(call.args):
            held = self.values.bound[(key, at)]
            thing = Thing(file, number)
            if thing not in held:
                held.append(thing)

    # channels

    def _channels(self) -> None:
        """`emit(name, value)` reaches `on(name, f)` and the `events` of navigateTo."""
        heard: dict[str, list[Thing]] = {}
        for name, function in self._listeners():
            heard.setdefault(name, []).append(function)
        for method in ("emit", "$emit"):
            for file, number in self._method_calls(method):
                call = self.values.files[file].calls[number]
                if len(call.args) < 2:
                    continue
                for key in self.values.things(file, call.args[0]):
                    for one in heard.get(self.text(key), ()):
                        heard_by = Key(one.file, self.values.value(one)[1])
                        self.values.bound[(heard_by, 0)].append(Thing(file, call.args[1]))

    def _listeners(self) -> Iterator[tuple[str, Thing]]:
        for method in ("on", "$on", "once", "$once"):
            for file, number in self._method_calls(method):
                call = self.values.files[file].calls[number]
                if len(call.args) < 2:
                    continue
                for key in self.values.things(file, call.args[0]):
                    for one in self.values.things(file, call.args[1]):
                        if self.values.op(one) == FUNCTION and self.text(key):
                            yield self.text(key), one
        for path, file, number in self.named:
            if path == "wx.navigateTo":
                yield from self._events(file, self.values.files[file].calls[number])

    def _events(self, file: int, call: Call) -> Iterator[tuple[str, Thing]]:
        for options in self.values.things(file, call.args[0]) if call.args else ():
            for events in self.values.member(options, "events") or ():
                if self.values.op(events) == OBJECT:
                    for name, number in self.values.value(events)[2]:
                        for one in self.values.things(events.file, number):
                            if self.values.op(one) == FUNCTION:
                                yield name, one

    def _method_calls(self, name: str) -> list[tuple[int, int]]:
        known = [(file, number) for file, number, _ in self.methods.get(name, ())]
        return known + [(file, number) for path, file, number in self.named if path == f"wx.{name}"]

    def text(self, thing: Thing) -> str:
        return str(self.values.value(thing)[1]) if self.values.op(thing) == TEXT else ""

    def number(self, file: int, value: Value) -> int:
        """The number of a value that linking adds to a file."""
        return self.values.listed.add(file, value, 0)


@look
def _apps(facts: Facts) -> list[int]:
    """What is handed to `App`."""
    return [call.args[0] for call in facts.calls if call.args and facts.values[call.callee] == (FREE, "App")]
