"""Expressions to numbered values; calls, stores and literals are noted on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import ARGUMENTS, CONST, FREE, PROP, Store
from yumen.audit.source.lower import calls, functions, jsx, literals, objects, operators
from yumen.audit.source.lower.patterns import bind
from yumen.audit.source.lower.reader import Reader, operands

if TYPE_CHECKING:
    from tree_sitter import Node

DIGITS_MAX: Final = 18
"""Of a whole number that is kept: what fits into 64 bits."""

_OWN: Final = frozenset({"this", "super"})


def evaluate(reader: Reader, node: Node) -> int:
    """The number of what an expression is."""
    read = reader.expressions.get(node.kind_id)
    if read is not None:
        return read(reader, node)
    for child in node.named_children:
        evaluate(reader, child)
    return 0


def store(reader: Reader, target: Node, value: int) -> None:
    """`base.name = value`, exports of CommonJS included."""
    parts = operands(reader, target)
    base = evaluate(reader, parts[0])
    name = reader.text(parts[-1]) if reader.kinds[target.kind_id] == "member_expression" else _index(reader, parts[-1])
    held = reader.values[base]
    if held == (FREE, "exports") or held == (PROP, reader.numbers.get((FREE, "module")), "exports"):
        reader.exports[name] = value
    elif held == (FREE, "module") and name == "exports":
        reader.exports["*"] = value
    else:
        reader.stores.append(Store(base, name, value, target.start_byte, reader.function))


def _identifier(reader: Reader, node: Node) -> int:
    return _named(reader, reader.text(node), node.start_byte)


def _named(reader: Reader, name: str, place: int) -> int:
    if name == "arguments" and reader.scope.find(name) is None:
        return reader.value((ARGUMENTS, reader.function), place)
    return reader.read(name, place)


def _number(reader: Reader, node: Node) -> int:
    text = reader.text(node)
    if not text.isdecimal() or len(text) > DIGITS_MAX:
        return 0
    return reader.value((CONST, int(text)), node.start_byte)


def _member(reader: Reader, node: Node) -> int:
    """`a.b.c` is read from its text: that spares the nodes of every link."""
    place = node.start_byte
    names = reader.dotted(place, node.end_byte)
    if names:
        first = names[0]
        value = reader.this_value if first in _OWN else _named(reader, first, place)
        for name in names[1:]:
            value = reader.value((PROP, value, name), place)
        return value
    parts = operands(reader, node)
    return reader.value((PROP, evaluate(reader, parts[0]), reader.text(parts[-1])), node.start_byte)


def _subscript(reader: Reader, node: Node) -> int:
    parts = operands(reader, node)
    base = evaluate(reader, parts[0])
    return reader.value((PROP, base, _index(reader, parts[-1])), node.start_byte)


def _index(reader: Reader, node: Node) -> str:
    return reader.known(evaluate(reader, node)) or "[]"


def _last(reader: Reader, node: Node) -> int:
    value = 0
    for child in node.named_children:
        if reader.kinds[child.kind_id] != "comment":
            value = evaluate(reader, child)
    return value


def _first(reader: Reader, node: Node) -> int:
    return evaluate(reader, node.named_children[0])


def _asserted(reader: Reader, node: Node) -> int:
    return evaluate(reader, node.named_children[-1])


def _assignment(reader: Reader, node: Node) -> int:
    parts = operands(reader, node)
    left = parts[0]
    named = reader.kinds[left.kind_id] in {"identifier", "member_expression"}
    if named:
        reader.names.append(
            reader.text(left if reader.kinds[left.kind_id] == "identifier" else left.named_children[-1])
        )
    value = evaluate(reader, parts[-1])
    if named:
        reader.names.pop()
    bind(reader, left, value, "assign")
    return value


def _function(reader: Reader, node: Node) -> int:
    return functions.function(reader, node, reader.names[-1] if reader.names else "")


def _class(reader: Reader, node: Node) -> int:
    return functions.class_(reader, node)


def _this(reader: Reader, _node: Node) -> int:
    return reader.this_value


def _true(reader: Reader, node: Node) -> int:
    return reader.value((CONST, True), node.start_byte)


def _false(reader: Reader, node: Node) -> int:
    return reader.value((CONST, False), node.start_byte)


def _null(reader: Reader, node: Node) -> int:
    return reader.value((CONST, None), node.start_byte)


def _nothing(_reader: Reader, _node: Node) -> int:
    return 0


def _jsx(reader: Reader, node: Node) -> int:
    jsx.element(reader, node)
    return 0


EXPRESSIONS: Final[dict[str, Callable[[Reader, Node], int]]] = {
    "identifier": _identifier,
    "shorthand_property_identifier": _identifier,
    "undefined": _nothing,
    "string": literals.string,
    "template_string": literals.template,
    "number": _number,
    "true": _true,
    "false": _false,
    "null": _null,
    "regex": _nothing,
    "comment": _nothing,
    "this": _this,
    "super": _this,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "call_expression": calls.call,
    "new_expression": calls.call,
    "import": calls.import_,
    "binary_expression": operators.binary,
    "unary_expression": operators.unary,
    "update_expression": _nothing,
    "ternary_expression": operators.ternary,
    "parenthesized_expression": _last,
    "sequence_expression": _last,
    "await_expression": calls.await_,
    "yield_expression": _last,
    "as_expression": _first,
    "satisfies_expression": _first,
    "non_null_expression": _first,
    "type_assertion": _asserted,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": operators.augmented,
    "object": objects.object_,
    "array": objects.array,
    "spread_element": objects.spread,
    "function_expression": _function,
    "function": _function,
    "generator_function": _function,
    "arrow_function": _function,
    "class": _class,
    "jsx_element": _jsx,
    "jsx_self_closing_element": _jsx,
    "jsx_fragment": _jsx,
    "type_arguments": _nothing,
    "type_annotation": _nothing,
}
