"""Functions, classes and what `this` is inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yumen.audit.source.facts import CLASS, FUNCTION, PARAM, REST, THIS, Class, Function, Store
from yumen.audit.source.lower.patterns import bind, key_name
from yumen.audit.source.lower.reader import Reader
from yumen.audit.source.lower.scopes import Scope

if TYPE_CHECKING:
    from tree_sitter import Node

_BESIDE = frozenset({"comment", "ERROR", "decorator", "accessibility_modifier", "override_modifier", "type_parameters"})
"""What may stand before the name of a method."""
_PARAMETER_WORDS = frozenset({"comment", "type_annotation"})


def function(reader: Reader, node: Node, name: str = "") -> int:
    """Read a function and its body; the number of its value."""
    start = node.start_byte
    number = len(reader.functions)
    parts = _parts_of(reader, node)
    if parts.name is not None:
        name = reader.text(parts.name)
    made = Function(name, start, node.end_byte, reader.function)
    reader.functions.append(made)
    reader.returns.append([])
    value = reader.made((FUNCTION, number), start)
    outer = (reader.scope, reader.function, reader.condition, reader.trail, reader.names)
    reader.scope = Scope(reader.scope, number, is_whole=True)
    reader.function, reader.condition, reader.trail, reader.names = number, -1, [], []
    if parts.name is not None and reader.kinds[node.kind_id] in {"function_expression", "function"}:
        reader.assign(reader.declare(name, whole=True, constant=True), value)
    _parameters(reader, parts.parameters, made, number)
    _body(reader, parts.body, number)
    reader.scope, reader.function, reader.condition, reader.trail, reader.names = outer
    return value


class _Parts(NamedTuple):
    """Of a function: its own name, its parameters, its body."""

    name: Node | None
    parameters: list[Node]
    body: Node | None


def _parts_of(reader: Reader, node: Node) -> _Parts:
    """One look at the children instead of a search for each field."""
    name: Node | None = None
    parameters: list[Node] = []
    children = node.named_children
    is_arrow = reader.kinds[node.kind_id] == "arrow_function"
    for child in children:
        kind = reader.kinds[child.kind_id]
        if kind == "formal_parameters":
            parameters = child.named_children
            break
        if kind not in _BESIDE:
            if is_arrow:  # x => …
                parameters = [child]
                break
            name = child
    body = children[-1] if children else None
    if body is not None and not is_arrow and reader.kinds[body.kind_id] != "statement_block":
        body = None  # only declared: TypeScript
    return _Parts(name, parameters, body)


def _parameters(reader: Reader, patterns: list[Node], made: Function, number: int) -> None:
    index = 0
    for pattern in patterns:
        if reader.kinds[pattern.kind_id] in _PARAMETER_WORDS or _is_this(reader, pattern):
            continue
        if _is_rest(reader, pattern):
            made.rest = index
            bind(reader, pattern, reader.made((REST, number, index), pattern.start_byte), "param")
        else:
            value = reader.made((PARAM, number, index), pattern.start_byte)
            bind(reader, pattern, value, "param")
            _field_of_constructor(reader, pattern, made.name, value)
        index += 1
    made.params = index


def _is_this(reader: Reader, pattern: Node) -> bool:
    return reader.kinds[pattern.kind_id] == "required_parameter" and any(
        reader.kinds[child.kind_id] == "this" for child in pattern.children[:2]
    )


def _is_rest(reader: Reader, pattern: Node) -> bool:
    return reader.kinds[pattern.kind_id] == "rest_pattern" or (
        reader.kinds[pattern.kind_id] == "required_parameter"
        and any(reader.kinds[child.kind_id] == "rest_pattern" for child in pattern.named_children)
    )


def _field_of_constructor(reader: Reader, pattern: Node, function_name: str, value: int) -> None:
    """TypeScript: `constructor(private base: string)` is `this.base = base` too."""
    if function_name != "constructor" or reader.kinds[pattern.kind_id] not in {
        "required_parameter",
        "optional_parameter",
    }:
        return
    if any(reader.kinds[child.kind_id] in {"accessibility_modifier", "readonly"} for child in pattern.children):
        inner = pattern.child_by_field_name("pattern")
        if inner is not None:
            place = pattern.start_byte
            reader.stores.append(Store(reader.this_value, reader.text(inner), value, place, reader.function))


def _body(reader: Reader, body: Node | None, number: int) -> None:
    if body is None:
        return
    if reader.kinds[body.kind_id] == "statement_block":
        reader.steps.block(reader, body.named_children)
    else:
        reader.returns[number].append(reader.steps.evaluate(reader, body))


def class_(reader: Reader, node: Node) -> int:
    """Read a class; the number of its value."""
    start = node.start_byte
    named = node.child_by_field_name("name")
    name = reader.text(named) if named is not None else ""
    parent = 0
    body: Node | None = None
    for child in node.named_children:
        if reader.kinds[child.kind_id] == "class_heritage":
            heritage = child.named_children[0]
            if reader.kinds[heritage.kind_id] == "extends_clause":
                heritage = heritage.named_children[0]
            parent = reader.steps.evaluate(reader, heritage)
        elif reader.kinds[child.kind_id] == "class_body":
            body = child
    number = len(reader.classes)
    made = Class(name, parent, {}, start)
    reader.classes.append(made)
    value = reader.made((CLASS, number), start)
    outer = enter_this(reader, value)
    if body is not None:
        for member in body.named_children:
            _member(reader, member, made)
    leave_this(reader, outer)
    return value


def _member(reader: Reader, member: Node, made: Class) -> None:

    if reader.kinds[member.kind_id] == "method_definition":
        named = member.child_by_field_name("name")
        name = key_name(reader, named) if named is not None else "[]"
        made.members[name] = function(reader, member, name)
    elif reader.kinds[member.kind_id] in {"field_definition", "public_field_definition"}:
        named = member.child_by_field_name("property") or member.child_by_field_name("name")
        content = member.child_by_field_name("value")
        if named is not None and content is not None:
            name = key_name(reader, named)
            reader.names.append(name)
            made.members[name] = reader.steps.evaluate(reader, content)
            reader.names.pop()
    elif reader.kinds[member.kind_id] == "class_static_block":
        for child in member.named_children:
            reader.steps.block(reader, child.named_children)


def enter_this(reader: Reader, owner: int) -> tuple[int, int]:
    """From here `this` belongs to that value; what it belonged to before is handed back."""
    outer = (reader.this, reader.this_value)
    reader.this = len(reader.owners)
    reader.owners.append(owner)
    reader.this_value = reader.value((THIS, reader.this), reader.places[owner])
    return outer


def leave_this(reader: Reader, outer: tuple[int, int]) -> None:
    reader.this, reader.this_value = outer
