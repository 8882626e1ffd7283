"""Through which calls a value is looked at: the same parameter means something else at each caller."""

from __future__ import annotations

from typing import Final, NamedTuple

DEPTH_MAX: Final = 5
"""Calls followed into each other."""


class Key(NamedTuple):
    """A function of a file."""

    file: int
    function: int


class Context:
    """`key` was called by call number `call` of file `file`, itself looked at in `outer`; `closure` is the context the
    function was made in. Two contexts of the same parts are the same object (see `Contexts`)."""

    __slots__ = ("call", "closure", "depth", "file", "key", "outer")

    def __init__(self, key: Key, file: int, call: int, outer: Context | None, closure: Context | None) -> None:
        self.key = key
        self.file = file
        self.call = call
        self.outer = outer
        self.closure = closure
        self.depth: int = 1 + max(outer.depth if outer else 0, closure.depth if closure else 0)

    def of(self, key: Key) -> Context | None:
        """The call that gives this function its arguments, as seen from here."""
        context: Context | None = self
        while context is not None:
            if context.key == key:
                return context
            context = context.closure
        return None


class Contexts:
    """Makes contexts, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Key, int, int, int, int], Context] = {}

    def make(self, key: Key, file: int, call: int, outer: Context | None, closure: Context | None) -> Context | None:
        """None where the chain would become too long: then arguments are unknown."""
        name = (key, file, call, id(outer), id(closure))
        known = self._known.get(name)
        if known is None:
            known = Context(key, file, call, outer, closure)
            if known.depth > DEPTH_MAX:
                return None
            self._known[name] = known
        return known
