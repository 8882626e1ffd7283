"""Fields of things: of objects, of `this`, of classes and their instances, of page data, of cells."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from yumen.audit.source import apis
from yumen.audit.source.context import Context
from yumen.audit.source.facts import ARRAY, CALL, CLASS, FUNCTION, OBJECT, OMIT, PROP, THIS, Call
from yumen.audit.source.indexes import API, NAMESPACE, Indexes, Thing

DEPTH_MAX: Final = 60
BEHAVIORS_MAX: Final = 3
"""Behaviors inside behaviors."""
_SHARED: Final = ("behaviors", "mixins")
_HOLDERS: Final = frozenset({OBJECT, ARRAY, THIS, CALL, OMIT, FUNCTION, CLASS})
"""Operations of what shows its fields."""
_AWAITED: Final = frozenset({"then", "catch", "finally"})
"""Methods of what an object is wrapped in."""
_CELLS: Final = frozenset({"vue:ref", "vue:shallowRef", "vue:customRef", "react:useRef", "ref"})
_MAKERS: Final = re.compile(r"^wx\.(?:create\w+|get\w+Manager|cloud\.\w+)$")
_GROUPS: Final = ("methods", "data", "computed", "properties", "actions", "state", "getters", "props", "lifetimes",
    "pageLifetimes", "mutations", "observers")  # fmt: skip


class Fields(Indexes):
    """Asks things for their fields. How values are followed is told by `Values`."""

    @abstractmethod
    def things(self, file: int, number: int, context: Context | None = None) -> tuple[Thing, ...]:
        """Where following a value ends."""

    @abstractmethod
    def follow(self, thing: Thing) -> tuple[Thing, ...]:
        """Go on from a thing that an index remembered."""

    @abstractmethod
    def exported(self, file: int, name: str, depth: int = 0) -> tuple[Thing, ...]:
        """An export by name."""

    @abstractmethod
    def returned(self, function: Thing, call: tuple[int, int, Context | None] | None) -> tuple[Thing, ...]:
        """What a function gives back when called there."""

    @abstractmethod
    def _all(self, file: int, numbers: Iterable[int], context: Context | None) -> tuple[Thing, ...]:
        """The things of several values."""

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
        op = self.op(base)
        if op >= 0 and op not in _HOLDERS and self._asked <= DEPTH_MAX:
            return None
        asked = (base, name)
        if asked in self._members:
            return self._members[asked]
        if self._asked > DEPTH_MAX:
            return ()
        self._members[asked] = ()
        self._asked += 1
        found = self._field_of(base, op, name)
        self._asked -= 1
        self._members[asked] = found
        return found

    def _field_of(self, base: Thing, op: int, name: str) -> tuple[Thing, ...] | None:
        if base.file == API:
            return self._of_api(str(base.value), name)
        if base.value == NAMESPACE:
            return self.exported(base.file, name)
        if op in {OBJECT, ARRAY}:
            inside = self._of_object(base, name, op)
            is_method = not (name.isdigit() or name == "[]") if op == ARRAY else name in _AWAITED
            return inside or (None if is_method else ())
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
        return self._of_class(base, name) if op == CLASS else self._stored(base, name)

    def _of_api(self, path: str, name: str) -> tuple[Thing, ...]:
        if path == "wx":
            return (Thing(API, f"wx.{name}"),)
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
            for number in self._fields(base, name):
                found += self.things(base.file, number, base.context)
            if not found:
                for spread in value[3]:
                    for one in self.things(base.file, spread, base.context):
                        found += self.member(one, name) or ()
        else:
            items = value[2:]
            if name == "[]":
                picked = items
            else:
                picked = items[int(name) : int(name) + 1] if name.isdigit() and len(name) < 4 else ()
            found += self._all(base.file, picked, base.context)
        return (*found, *self._stored(base, name))

    def _fields(self, base: Thing, name: str) -> Sequence[int]:
        """The values written under a name in an object, computed keys included; all of them for an unknown name."""
        fields = self._named(base)
        if name == "[]":
            return [number for numbers in fields.values() for number in numbers]
        return [*fields.get(name, ()), *fields.get("[]", ())]

    def _named(self, base: Thing) -> dict[str, list[int]]:
        """The values written in an object by their names."""
        assert isinstance(base.value, int)
        fields = self._by_name.get((base.file, base.value))
        if fields is None:
            fields = self._by_name[base.file, base.value] = defaultdict(list)
            for key, number in self.value(base)[2]:
                fields[str(key)].append(number)
        return fields

    def _stored(self, base: Thing, name: str) -> tuple[Thing, ...]:
        assert isinstance(base.value, int)
        fields = self.stored.get((base.file, base.value))
        if fields is None:
            return ()
        held = (
            [*fields.get(name, ()), *fields.get("[]", ())] if name != "[]" else [t for f in fields.values() for t in f]
        )
        return self._held(base, held)

    def _held(self, base: Thing, held: list[Thing]) -> tuple[Thing, ...]:
        if base.context is None:
            return tuple([one for thing in held for one in self.follow(thing)])
        return tuple([one for thing in held for one in self.follow(thing._replace(context=base.context))])

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
        if name == "[]":
            found += self._stored(base, name)
        else:
            found += self._stored_by_name(base, name)
        held = self.data.get((base.file, number))
        if held is not None:
            found += [one for thing in held.get(name, ()) for one in self.follow(thing)]
        return tuple(found) or self._stored(base, name) or None

    def _stored_by_name(self, base: Thing, name: str) -> tuple[Thing, ...]:
        """What was put under just that name: `this[key] = x` may be any field of a page, and counts only last."""
        assert isinstance(base.value, int)
        fields = self.stored.get((base.file, base.value))
        return () if fields is None else self._held(base, list(fields.get(name, ())))

    def _of_component(self, made: Thing, name: str, depth: int = 0) -> list[Thing]:
        """A field of what is handed to Page, Component, or exported by a Vue file: methods and data lie flat."""
        found = list(self._of_object(made, name, OBJECT))
        if found:
            return found
        for group in self._present(made, _GROUPS):
            for inner in self._of_object(made, group, OBJECT):
                if self.op(inner) == FUNCTION:  # data() { return {...} }
                    for result in self.returned(inner, None):
                        found += self.member(result, name) or ()
                elif self.op(inner) == OBJECT:
                    found += self._of_object(inner, name, OBJECT)
        return found or self._of_behaviors(made, name, depth)

    def _present(self, made: Thing, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that the object may have."""
        fields = self._named(made)
        if "[]" in fields or self.value(made)[3] or (made.file, made.value) in self.stored:
            return names
        return [name for name in names if name in fields]

    def _of_behaviors(self, made: Thing, name: str, depth: int) -> list[Thing]:
        """A field that comes from `behaviors` of WeChat or `mixins` of Vue; those may have some themselves."""
        if depth >= BEHAVIORS_MAX:
            return []
        listed = [one for group in self._present(made, _SHARED) for one in self._of_object(made, group, OBJECT)]
        shared = [inner for one in listed for each in self.member(one, "[]") or () for inner in self._described(each)]
        return [field for one in shared for field in self._of_component(one, name, depth + 1)]

    def _described(self, shared: Thing) -> list[Thing]:
        """The object in `Behavior({...})`, or a mixin as it stands."""
        if self.op(shared) == OBJECT:
            return [shared]
        if self.op(shared) != CALL:
            return []
        call = self.files[shared.file].calls[self.value(shared)[1]]
        if not call.args or not any(self.api(one) == "Behavior" for one in self.things(shared.file, call.callee)):
            return []
        return [one for one in self.things(shared.file, call.args[0]) if self.op(one) == OBJECT]

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
        this = self._this_of(made)
        return tuple(one for own in this for one in self._stored(own, name)) or None

    def _this_of(self, made: Thing) -> list[Thing]:
        """`this` inside a class."""
        if made.file not in self._this:
            facts = self.files[made.file]
            found = self._this[made.file] = defaultdict(list)
            for number, value in enumerate(facts.values):
                if value[0] == THIS and isinstance(value[1], int):
                    found[facts.owners[value[1]]].append(number)
        owner = made.value if isinstance(made.value, int) else -1
        return [Thing(made.file, number) for number in self._this[made.file].get(owner, ())]

    def _of_list(self, base: Thing, call: Call, name: str) -> tuple[Thing, ...] | None:
        """An element of `list.map(f)` is what f returns."""
        callee = self.files[base.file].values[call.callee]
        if callee[0] == PROP and callee[2] in {"map", "flatMap"} and (name == "[]" or name.isdigit()) and call.args:
            return tuple(r for f in self.things(base.file, call.args[0], base.context) for r in self.returned(f, None))
        return None
