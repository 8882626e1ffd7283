"""Expressions to numbered values; calls, stores and literals are noted on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import (
    ARGUMENTS,
    ARRAY,
    CALL,
    CONST,
    FREE,
    IMPORT,
    MIX,
    OBJECT,
    PROP,
    SPREAD,
    TEXT,
    Call,
    Store,
)
from yumen.audit.source.lower import functions, jsx, literals
from yumen.audit.source.lower.patterns import bind, key_name
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

DIGITS_MAX: Final = 18
"""Of a whole number that is kept: what fits into 64 bits."""
_COMPARED: Final = frozenset({"==", "===", "!=", "!==", "<", ">", "<=", ">=", "in", "instanceof"})


def evaluate(reader: Reader, node: Node) -> int:
    """The number of what an expression is."""
    read = _EVALUATE.get(reader.kinds[node.kind_id])
    if read is not None:
        return read(reader, node)
    for child in node.named_children:
        evaluate(reader, child)
    return 0


def store(reader: Reader, target: Node, value: int) -> None:
    """`base.name = value`, exports of CommonJS included."""
    parts = _parts(reader, target)
    base = evaluate(reader, parts[0])
    name = reader.text(parts[-1]) if reader.kinds[target.kind_id] == "member_expression" else _index(reader, parts[-1])
    held = reader.values[base]
    if held == (FREE, "exports") or held == (PROP, reader.numbers.get((FREE, "module")), "exports"):
        reader.exports[name] = value
    elif held == (FREE, "module") and name == "exports":
        reader.exports["*"] = value
    else:
        reader.stores.append(Store(base, name, value, target.start_byte, reader.function))


def _parts(reader: Reader, node: Node) -> list[Node]:
    """The operands: comments and `?.` are no operands. Two children are nearly always just that."""
    children = node.named_children
    if len(children) == 2 and reader.kinds[children[1].kind_id] != "comment":
        return children
    if any(reader.kinds[child.kind_id] in {"comment", "optional_chain"} for child in children):
        return [child for child in children if reader.kinds[child.kind_id] not in {"comment", "optional_chain"}]
    return children


def _identifier(reader: Reader, node: Node) -> int:
    name = reader.text(node)
    if name == "arguments" and reader.scope.find(name) is None:
        return reader.value((ARGUMENTS, reader.function), node.start_byte)
    return reader.read(name, node.start_byte)


def _number(reader: Reader, node: Node) -> int:
    text = reader.text(node)
    if not text.isdecimal() or len(text) > DIGITS_MAX:
        return 0
    return reader.value((CONST, int(text)), node.start_byte)


def _member(reader: Reader, node: Node) -> int:
    parts = _parts(reader, node)
    return reader.value((PROP, evaluate(reader, parts[0]), reader.text(parts[-1])), node.start_byte)


def _subscript(reader: Reader, node: Node) -> int:
    parts = _parts(reader, node)
    base = evaluate(reader, parts[0])
    return reader.value((PROP, base, _index(reader, parts[-1])), node.start_byte)


def _index(reader: Reader, node: Node) -> str:
    return reader.known(evaluate(reader, node)) or "[]"


def _binary(reader: Reader, node: Node) -> int:
    """A chain of `+` is walked with a loop: generated code has thousands of links."""
    rights: list[tuple[str, Node]] = []
    left = node
    while reader.kinds[left.kind_id] == "binary_expression":
        operator = left.child_by_field_name("operator")
        parts = _parts(reader, left)
        rights.append((reader.kinds[operator.kind_id] if operator is not None else "", parts[-1]))
        left = parts[0]
    value = evaluate(reader, left)
    sum_: list[int] = [value]
    place = node.start_byte
    for operator_text, right in reversed(rights):
        if operator_text == "+":
            sum_.append(evaluate(reader, right))
            continue
        if len(sum_) > 1:
            value = reader.joined(sum_, place)
        value = _operated(reader, operator_text, value, right)
        sum_ = [value]
    return reader.joined(sum_, place) if len(sum_) > 1 else value


def _operated(reader: Reader, operator: str, left: int, node: Node) -> int:
    held = reader.values[left]
    if operator == "&&":
        if held[0] == CONST and not held[1]:
            return left
        return evaluate(reader, node)
    right = evaluate(reader, node)
    place = node.start_byte
    if operator in {"||", "??"}:
        return reader.choice((left, right), place)
    if operator in _COMPARED or not (left or right):
        return 0
    return reader.value((MIX, left, right), place)


def _unary(reader: Reader, node: Node) -> int:
    value = evaluate(reader, node.named_children[-1])
    held = reader.values[value]
    operator = reader.kinds[node.children[0].kind_id]
    if operator == "!" and held[0] == CONST:
        return reader.value((CONST, not held[1]), node.start_byte)
    return reader.value((MIX, value), node.start_byte) if operator in {"+", "-"} and value else 0


def _ternary(reader: Reader, node: Node) -> int:
    parts = _parts(reader, node)
    test = reader.values[evaluate(reader, parts[0])]
    if test[0] == CONST:
        return evaluate(reader, parts[1] if test[1] else parts[2])
    return reader.choice((evaluate(reader, parts[1]), evaluate(reader, parts[2])), node.start_byte)


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
    parts = _parts(reader, node)
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


def _augmented(reader: Reader, node: Node) -> int:
    left, right = _parts(reader, node)[0], _parts(reader, node)[-1]
    before, added = evaluate(reader, left), evaluate(reader, right)
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


def _object(reader: Reader, node: Node) -> int:
    start = node.start_byte
    number = len(reader.values)
    reader.values.append((OBJECT, start, (), ()))  # its place in line, filled below: methods may point to it
    reader.places.append(start)
    outer = functions.enter_this(reader, number) if reader.this == 0 else None
    fields: list[tuple[str, int]] = []
    spreads: list[int] = []
    for child in node.named_children:
        kind = reader.kinds[child.kind_id]
        if kind == "pair":
            parts = child.named_children
            name = key_name(reader, parts[0])
            reader.names.append(name)
            fields.append((name, evaluate(reader, parts[-1])))
            reader.names.pop()
        elif kind == "method_definition":
            fields.append(_method(reader, child))
        elif kind == "shorthand_property_identifier":
            fields.append((reader.text(child), _identifier(reader, child)))
        elif kind == "spread_element":
            spreads.append(evaluate(reader, child.named_children[0]))
    if outer is not None:
        functions.leave_this(reader, outer)
    value = (OBJECT, start, tuple(fields), tuple(spreads))
    reader.values[number] = value
    reader.numbers[value] = number
    return number


def _method(reader: Reader, node: Node) -> tuple[str, int]:
    named = node.child_by_field_name("name")
    name = key_name(reader, named) if named is not None else "[]"
    value = functions.function(reader, node, name)
    if any(reader.kinds[child.kind_id] == "get" for child in node.children[:2]):
        value = _called(reader, Call(value, (), node.start_byte, node.end_byte, reader.function))
    return name, value


def _array(reader: Reader, node: Node) -> int:
    items = [evaluate(reader, child) for child in node.named_children if reader.kinds[child.kind_id] != "comment"]
    return reader.value((ARRAY, node.start_byte, *items), node.start_byte)


def _spread(reader: Reader, node: Node) -> int:
    return reader.value((SPREAD, evaluate(reader, node.named_children[0])), node.start_byte)


def _call(reader: Reader, node: Node) -> int:
    callee_node, listed = _called_with(reader, node)
    if callee_node is None:
        return 0
    callee = evaluate(reader, callee_node)
    kinds = reader.kinds
    new = kinds[node.kind_id] == "new_expression"
    args: tuple[int, ...] = ()
    if listed is not None and kinds[listed.kind_id] == "arguments":
        args = tuple([evaluate(reader, one) for one in listed.named_children if kinds[one.kind_id] != "comment"])
    elif listed is not None:
        evaluate(reader, listed)
    held = reader.values[callee]
    if held[0] == FREE and held[1] == "require" and args and reader.values[args[0]][0] == TEXT:
        return reader.value((IMPORT, reader.values[args[0]][1], "*"), node.start_byte)
    if held[0] == PROP and held[2] in _INDIRECT and isinstance(held[1], int):
        if held[2] == "bind":
            return held[1]
        callee, args = held[1], _handed_on(reader, str(held[2]), args, node.start_byte)
    call = Call(callee, args, node.start_byte, node.end_byte, reader.function, reader.condition, new)
    return _called(reader, call)


def _called_with(reader: Reader, node: Node) -> tuple[Node | None, Node | None]:
    """What is called, and the list of arguments. Two children are nearly always just that."""
    children = node.named_children
    if len(children) == 2 and reader.kinds[children[1].kind_id] == "arguments":
        return children[0], children[1]
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    return callee, node.child_by_field_name("arguments")


def _handed_on(reader: Reader, how: str, args: tuple[int, ...], place: int) -> tuple[int, ...]:
    if how == "call":
        return args[1:]
    return (reader.value((SPREAD, args[1]), place),) if len(args) > 1 else ()


def _called(reader: Reader, call: Call) -> int:
    reader.calls.append(call)
    return reader.value((CALL, len(reader.calls) - 1), call.start)


def _import(reader: Reader, node: Node) -> int:
    return reader.value((FREE, "require"), node.start_byte)


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


_INDIRECT: Final = frozenset({"call", "apply", "bind"})
_EVALUATE: Final[dict[str, Callable[[Reader, Node], int]]] = {
    "identifier": _identifier,
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
    "call_expression": _call,
    "new_expression": _call,
    "import": _import,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": _nothing,
    "ternary_expression": _ternary,
    "parenthesized_expression": _last,
    "sequence_expression": _last,
    "await_expression": _last,
    "yield_expression": _last,
    "as_expression": _first,
    "satisfies_expression": _first,
    "non_null_expression": _first,
    "type_assertion": _asserted,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "object": _object,
    "array": _array,
    "spread_element": _spread,
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
