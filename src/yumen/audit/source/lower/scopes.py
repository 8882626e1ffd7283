"""Names and what they hold at this point of the reading.

Inside its own function a name holds what was last assigned (branches join); another function sees every value the
name ever had, through its number. `const` with one value is seen as that value.
"""

from __future__ import annotations


class Binding:
    """One declared name."""

    __slots__ = ("captured", "constant", "current", "function", "number", "values")

    def __init__(self, function: int, number: int, constant: bool) -> None:
        self.function = function
        self.number = number
        self.constant = constant
        self.current = -1
        self.values: list[int] = []
        self.captured = False


class Scope:
    """The names of a block or a function; `whole` is the scope of the function around it."""

    __slots__ = ("_whole", "function", "names", "outer")

    def __init__(self, outer: Scope | None, function: int, is_whole: bool) -> None:
        self.outer = outer
        self.function = function
        self.names: dict[str, Binding] = {}
        self._whole = None if is_whole or outer is None else outer.whole  # never itself: circles stay in memory

    @property
    def whole(self) -> Scope:
        return self._whole or self

    def find(self, name: str) -> Binding | None:
        scope: Scope | None = self
        while scope is not None:
            if (binding := scope.names.get(name)) is not None:
                return binding
            scope = scope.outer
        return None
