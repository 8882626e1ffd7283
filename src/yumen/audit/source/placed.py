"""Where values are put: fields of objects, page data, what storage and the app hold, cells of React."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from yumen.audit.source.facts import ARRAY, CALL, CLASS, FUNCTION, OBJECT, PROP, TEXT, THIS, Call
from yumen.audit.source.indexes import API, Thing
from yumen.audit.source.values import Values


class Placed:
    """Fills what is stored where; `linking` hands in the calls that put something."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self._put_data: set[tuple[tuple[int, int], int, int | str]] = set()

    def _stores(self, file: int) -> None:
        facts = self.values.files[file]
        for store in facts.stores:
            self._put(file, store.base, store.name, Thing(file, store.value))

    def _put(self, file: int, base: int, name: str, value: Thing) -> None:
        """Into what the base is; if nobody knows that, into the field of what it hangs on."""
        for depth in range(4):
            places = self.values.things(file, base)
            done = [self._put_into(place, name, value) for place in places]
            if any(done):
                return
            held: Any = self.values.files[file].values[base]
            if held[0] != PROP or depth == 3:
                return
            base, name = held[1], held[2]

    def _put_into(self, place: Thing, name: str, value: Thing) -> bool:
        values = self.values
        if place.file == API:
            return self._put_into_name(str(place.value), name, value)
        if not isinstance(place.value, int) or place.value < 0:
            return False
        if values.op(place) in {OBJECT, ARRAY, FUNCTION, CLASS, THIS, CALL}:
            values.stored[(place.file, place.value)][name].append(value)
            return True
        return False

    def _put_into_name(self, path: str, name: str, value: Thing) -> bool:
        if path == "globalData":
            self.values.globals[name].append(value)
        elif path.startswith("globalData."):
            self.values.globals[path.split(".")[1]].append(value)
        elif path.startswith("data:"):
            _, file, owner = path.split(":")[:3]
            self.values.data[(int(file), int(owner.split(".")[0]))][name].append(value)
        else:
            return False
        return True

    def _set_data(self, places: Sequence[Thing], file: int, argument: int) -> None:
        """`setData({ … })` of pages; the same object is put once."""
        values = self.values
        owners = [(one.file, values.value(one)[1]) for one in places if values.op(one) == THIS]
        for changed in values.things(file, argument) if owners else ():
            if values.op(changed) != OBJECT:
                continue
            for owner in owners:
                put = (owner, changed.file, changed.value)
                if put not in self._put_data:
                    self._put_data.add(put)
                    held = values.data[owner]
                    for key, number in values.value(changed)[2]:
                        held[_top(str(key))].append(Thing(changed.file, number))

    def _state(self, place: Thing, value: Thing | None) -> None:
        """`const [x, setX] = useState()`: a call of setX changes x."""
        call = self.values.files[place.file].calls[self.values.value(place)[1]]
        names = [self.values.api(one) for one in self.values.things(place.file, call.callee)]
        if value is not None and any(name.endswith("useState") for name in names):
            assert isinstance(place.value, int)
            self.values.stored[(place.file, place.value)]["0"].append(value)

    def _storage(self, path: str, file: int, call: Call) -> None:
        """What is written to storage may be read back elsewhere."""
        if path not in {"wx.setStorageSync", "wx.setStorage"} or not call.args:
            return
        if path.endswith("Sync"):
            keys: tuple[Thing, ...] = self.values.things(file, call.args[0])
            held = [Thing(file, call.args[1])] if len(call.args) > 1 else []
        else:
            options = self.values.things(file, call.args[0])
            keys = tuple(one for option in options for one in self.values.member(option, "key") or ())
            held = [one for option in options for one in self.values.member(option, "data") or ()]
        for key in keys:
            if self.values.op(key) == TEXT:
                self.values.storage[str(self.values.value(key)[1])] += held


@lru_cache(maxsize=4_096)
def _top(key: str) -> str:
    """`form` of `form.phone` and `form[0]`."""
    return key.split(".", 1)[0].split("[", 1)[0] or "[]"
