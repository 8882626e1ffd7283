"""Calls, and what is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import CALL, FREE, IMPORT, PROP, SPREAD, TEXT, Await, Call
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_INDIRECT: Final = frozenset({"call", "apply", "bind"})


def call(reader: Reader, node: Node) -> int:
    kinds = reader.kinds
    children = node.named_children
    callee_node: Node | None
    listed: Node | None
    if len(children) == 2 and kinds[children[1].kind_id] == "arguments":  # nearly always just that
        callee_node, listed = children
    else:
        callee_node, listed = _called_with(node)
    if callee_node is None:
        return 0
    callee = reader.steps.evaluate(reader, callee_node)
    new = kinds[node.kind_id] == "new_expression"
    args: tuple[int, ...] = ()
    if listed is not None and kinds[listed.kind_id] == "arguments":
        args = tuple(
            [reader.steps.evaluate(reader, one) for one in listed.named_children if kinds[one.kind_id] != "comment"]
        )
    elif listed is not None:
        reader.steps.evaluate(reader, listed)
    held = reader.values[callee]
    if held[0] == FREE and held[1] == "require" and args and reader.values[args[0]][0] == TEXT:
        return reader.value((IMPORT, reader.values[args[0]][1], "*"), node.start_byte)
    if held[0] == PROP and held[2] in _INDIRECT and isinstance(held[1], int):
        if held[2] == "bind":
            return held[1]
        callee, args = held[1], _handed_on(reader, str(held[2]), args, node.start_byte)
    made = Call(callee, args, node.start_byte, node.end_byte, reader.function, reader.condition, new)
    return called(reader, made)


def _called_with(node: Node) -> tuple[Node | None, Node | None]:
    """What is called, and the list of arguments, with comments and types among them."""
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    return callee, node.child_by_field_name("arguments")


def _handed_on(reader: Reader, how: str, args: tuple[int, ...], place: int) -> tuple[int, ...]:
    if how == "call":
        return args[1:]
    return (reader.value((SPREAD, args[1]), place),) if len(args) > 1 else ()


def called(reader: Reader, call: Call) -> int:
    reader.calls.append(call)
    return reader.made((CALL, len(reader.calls) - 1), call.start)


def import_(reader: Reader, node: Node) -> int:
    return reader.value((FREE, "require"), node.start_byte)


def await_(reader: Reader, node: Node) -> int:
    """What is waited for is what comes; that it is waited for is a fact of its own."""
    value = reader.steps.evaluate(reader, node.named_children[-1])
    reader.awaits.append(Await(node.start_byte, node.end_byte, reader.function, reader.condition))
    return value
