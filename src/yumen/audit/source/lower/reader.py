"""The state of one pass over one file: numbered values, names in scope, and the facts found so far."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from yumen.audit.source.facts import (
    ALT,
    CAT,
    CONST,
    FREE,
    NONE,
    TEXT,
    THIS,
    VARIABLE,
    Await,
    Call,
    Class,
    Condition,
    Facts,
    Function,
    Literal,
    Store,
    Tag,
    Value,
)
from yumen.audit.source.lower.scopes import Binding, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

ALTERNATIVES_MAX: Final = 8
CONDITION_TEXT_MAX: Final = 120
NAMES_MAX: Final = 5
"""How many keys above a literal are remembered."""

_DOTTED: Final = re.compile(rb"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+")
_NO_NAMES: Final = frozenset({"undefined", "true", "false", "null", "new", "import"})
"""What looks like a name and is none."""


class Steps(NamedTuple):
    """The steps that call each other in circles: expressions hold functions, functions hold statements."""

    evaluate: Callable[[Reader, Node], int]
    store: Callable[[Reader, Node, int], None]
    block: Callable[[Reader, list[Node]], bool]


class Grammar(NamedTuple):
    """By the `kind_id` of a node: the type of it, and how it is read as an expression or as a statement.

    A look into a table is eight times as fast as asking the node for its type.
    """

    kinds: Mapping[int, str]
    expressions: Mapping[int, Callable[[Reader, Node], int]]
    statements: Mapping[int, Callable[[Reader, Node], bool | None]]


class Reader:
    """Collects. It holds no syntax node: those are handed through."""

    def __init__(self, source: bytes, steps: Steps, grammar: Grammar) -> None:
        self.source = source
        self.steps = steps
        self.kinds, self.expressions, self.statements = grammar
        self._spelled: dict[bytes, str] = {}
        self._dotted: dict[bytes, tuple[str, ...]] = {}
        self.values: list[Value] = [(NONE,)]
        self.numbers: dict[Value, int] = {(NONE,): 0}
        self.places: list[int] = [0]
        self.calls: list[Call] = []
        self.awaits: list[Await] = []
        self.functions: list[Function] = [Function("", 0, len(source), -1)]
        self.returns: list[list[int]] = [[]]
        self.classes: list[Class] = []
        self.owners: list[int] = [0]
        self.bindings: list[Binding] = []
        self.exports: dict[str, int] = {}
        self.passed_on: list[str] = []
        self.stores: list[Store] = []
        self.conditions: list[Condition] = []
        self.tags: list[Tag] = []
        self.literals: list[Literal] = []
        self.scope = Scope(None, 0, is_whole=True)
        self.function = 0
        self.this = 0
        self.this_value = self.value((THIS, 0), 0)
        self.condition = -1
        self.names: list[str] = []
        self.trail: list[tuple[Binding, int]] = []

    def text(self, node: Node) -> str:
        """What stands there; one text for all places of a file where it does."""
        piece = self.source[node.start_byte : node.end_byte]
        known = self._spelled.get(piece)
        if known is None:
            known = self._spelled[piece] = sys.intern(str(piece, "utf-8", "replace"))
        return known

    def dotted(self, start: int, end: int) -> tuple[str, ...]:
        """The names of `a.b.c`; nothing if more than names and dots stands there."""
        piece = self.source[start:end]
        known = self._dotted.get(piece)
        if known is None:
            plain = _DOTTED.fullmatch(piece) is not None
            names = tuple([sys.intern(name) for name in str(piece, "utf-8").split(".")]) if plain else ()
            known = self._dotted[piece] = () if names and names[0] in _NO_NAMES else names
        return known

    def value(self, value: Value, place: int) -> int:
        """The number of a value; equal values have one."""
        number = self.numbers.get(value)
        if number is None:
            number = self.numbers[value] = len(self.values)
            self.values.append(value)
            self.places.append(place)
        return number

    def made(self, value: Value, place: int) -> int:
        """The number of a value that is met once only: a call, a function, a list."""
        self.values.append(value)
        self.places.append(place)
        return len(self.values) - 1

    def condition_text(self, node: Node) -> str:
        """The beginning of what is asked."""
        start = node.start_byte
        end = min(node.end_byte, start + 4 * CONDITION_TEXT_MAX)
        return str(self.source[start:end], "utf-8", "replace")[:CONDITION_TEXT_MAX]

    def literal(self, text: str, start: int, end: int) -> None:
        self.literals.append(Literal(text, start, end, tuple(self.names[-NAMES_MAX:])))

    def choice(self, values: tuple[int, ...], place: int) -> int:
        """One of several values; nothing known among them is left out."""
        flat: list[int] = []
        for number in values:
            value = self.values[number]
            members = value[1:] if value[0] == ALT else (number,)
            flat += [one for one in members if isinstance(one, int) and one and one not in flat]
        if len(flat) > 1:
            return self.value((ALT, *flat[:ALTERNATIVES_MAX]), place)
        return flat[0] if flat else 0

    def joined(self, parts: list[int], place: int) -> int:
        """Text put together; neighbours that are known become one."""
        flat: list[int] = []
        for number in parts:
            value = self.values[number]
            for part in value[1:] if value[0] == CAT else (number,):
                if not isinstance(part, int):
                    continue
                before = self.known(flat[-1]) if flat else None
                mine = self.known(part)
                if before is not None and mine is not None:
                    flat[-1] = self.value((TEXT, before + mine), place)
                else:
                    flat.append(part)
        return flat[0] if len(flat) == 1 else self.value((CAT, *flat), place)

    def known(self, number: int) -> str | None:
        """The text of a value that is text or a number as it stands."""
        value = self.values[number]
        if value[0] == TEXT:
            return str(value[1])
        if value[0] == CONST and isinstance(value[1], int) and not isinstance(value[1], bool):
            return str(value[1])
        return None

    # names

    def declare(self, name: str, whole: bool, constant: bool) -> Binding:
        scope = self.scope.whole if whole else self.scope
        known = scope.names.get(name)
        if known is None or known.function != self.function:
            known = scope.names[name] = Binding(self.function, len(self.bindings), constant)
            self.bindings.append(known)
        return known

    def read(self, name: str, place: int) -> int:
        """What a name holds here."""
        binding = self.scope.find(name)
        if binding is None:
            return self.value((FREE, name), place)
        here = binding.function == self.function and not binding.captured
        if binding.current >= 0 and (here or binding.constant):
            return binding.current
        return self.value((VARIABLE, binding.number), place)

    def assign(self, binding: Binding, value: int) -> None:
        binding.values.append(value)
        if binding.function == self.function:
            self.trail.append((binding, binding.current))
            binding.current = value
        else:
            binding.captured = True

    def changed_since(self, mark: int) -> dict[int, tuple[Binding, int]]:
        """What the names assigned since `mark` hold now; afterwards they hold what they held then."""
        changed: dict[int, tuple[Binding, int]] = {}
        while len(self.trail) > mark:
            binding, before = self.trail.pop()
            if binding.number not in changed:
                changed[binding.number] = (binding, binding.current)
            binding.current = before
        return changed

    def join(self, branches: list[dict[int, tuple[Binding, int]]], place: int) -> None:
        """Let every name changed in a branch hold one of its values."""
        numbers = sorted({number for branch in branches for number in branch})
        for number in numbers:
            binding = next(branch[number][0] for branch in branches if number in branch)
            held = tuple(branch[number][1] if number in branch else binding.current for branch in branches)
            known = tuple(value for value in held if value >= 0)
            self.trail.append((binding, binding.current))
            binding.current = self.choice(known, place)

    def facts(self, path: str, lines: int) -> Facts:
        for function, returns in zip(self.functions, self.returns, strict=True):
            function.returns = tuple(dict.fromkeys(returns))
        return Facts(
            path=path,
            size=len(self.source),
            lines=lines,
            values=self.values,
            places=self.places,
            calls=self.calls,
            awaits=self.awaits,
            functions=self.functions,
            classes=self.classes,
            owners=self.owners,
            variables={b.number: tuple(dict.fromkeys(b.values)) for b in self.bindings if b.values},
            names={name: binding.number for name, binding in self.scope.names.items()},
            exports=self.exports,
            passed_on=self.passed_on,
            stores=self.stores,
            conditions=self.conditions,
            tags=self.tags,
            literals=self.literals,
        )


def operands(reader: Reader, node: Node) -> list[Node]:
    """The operands: comments and `?.` are no operands. Two children are nearly always just that."""
    children = node.named_children
    if len(children) == 2 and reader.kinds[children[1].kind_id] != "comment":
        return children
    if any(reader.kinds[child.kind_id] in {"comment", "optional_chain"} for child in children):
        return [child for child in children if reader.kinds[child.kind_id] not in {"comment", "optional_chain"}]
    return children
