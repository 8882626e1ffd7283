"""Operators: sums and texts put together, one of two, what a comparison leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import CONST, MIX, Condition
from yumen.audit.source.lower.patterns import bind
from yumen.audit.source.lower.reader import Reader, operands

if TYPE_CHECKING:
    from tree_sitter import Node

_COMPARED: Final = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof"})


def binary(reader: Reader, node: Node) -> int:
    """A chain of `+` is walked with a loop: generated code has thousands of links."""
    rights: list[tuple[str, Node]] = []
    left = node
    while reader.kinds[left.kind_id] == "binary_expression":
        left, operator, right = _sides(reader, left)
        rights.append((operator, right))
    value = reader.steps.evaluate(reader, left)
    sum_: list[int] = [value]
    place = node.start_byte
    for operator_text, right in reversed(rights):
        if operator_text == "+":
            sum_.append(reader.steps.evaluate(reader, right))
            continue
        if len(sum_) > 1:
            value = reader.joined(sum_, place)
        value = _operated(reader, operator_text, value, right)
        sum_ = [value]
    return reader.joined(sum_, place) if len(sum_) > 1 else value


def _sides(reader: Reader, node: Node) -> tuple[Node, str, Node]:
    """Left, operator and right. Three children are nearly always just that."""
    children = node.children
    if len(children) == 3:
        return children[0], reader.kinds[children[1].kind_id], children[2]
    operator = node.child_by_field_name("operator")
    parts = operands(reader, node)
    return parts[0], reader.kinds[operator.kind_id] if operator is not None else "", parts[-1]


def _operated(reader: Reader, operator: str, left: int, node: Node) -> int:
    held = reader.values[left]
    if operator == "&&":
        if held[0] == CONST and not held[1]:
            return left
        return reader.steps.evaluate(reader, node)
    right = reader.steps.evaluate(reader, node)
    place = node.start_byte
    if operator in {"||", "??"}:
        return reader.choice((left, right), place)
    if operator in _COMPARED or not (left or right):
        return 0
    return reader.value((MIX, left, right), place)


def unary(reader: Reader, node: Node) -> int:
    value = reader.steps.evaluate(reader, node.named_children[-1])
    held = reader.values[value]
    operator = reader.kinds[node.children[0].kind_id]
    if operator == "!" and held[0] == CONST:
        return reader.value((CONST, not held[1]), node.start_byte)
    return reader.value((MIX, value), node.start_byte) if operator in {"+", "-"} and value else 0


def ternary(reader: Reader, node: Node) -> int:
    parts = operands(reader, node)
    test = reader.values[reader.steps.evaluate(reader, parts[0])]
    if test[0] == CONST:
        return reader.steps.evaluate(reader, parts[1] if test[1] else parts[2])
    around, text = reader.condition, reader.condition_text(parts[0])
    either = []
    for holds, part in ((True, parts[1]), (False, parts[2])):
        if reader.source.find(b"(", part.start_byte, part.end_byte) >= 0:  # only a call asks for its condition
            reader.condition = len(reader.conditions)
            reader.conditions.append(Condition(text, holds, around))
        either.append(reader.steps.evaluate(reader, part))
        reader.condition = around
    return reader.choice((either[0], either[1]), node.start_byte)


def augmented(reader: Reader, node: Node) -> int:
    left, right = operands(reader, node)[0], operands(reader, node)[-1]
    before, added = reader.steps.evaluate(reader, left), reader.steps.evaluate(reader, right)
    written = node.child_by_field_name("operator")
    operator = reader.kinds[written.kind_id] if written is not None else ""
    if operator == "+=":
        value = reader.joined([before, added], node.start_byte)
    elif operator in {"||=", "??=", "&&="}:
        value = reader.choice((before, added), node.start_byte)
    else:
        value = reader.value((MIX, before, added), node.start_byte)
    bind(reader, left, value, "assign")
    return value
