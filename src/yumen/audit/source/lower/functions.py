"""Functions, classes and what `this` is inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit.source.facts import CLASS, FUNCTION, PARAM, REST, THIS, Class, Function, Store
from yumen.audit.source.lower.patterns import bind, key_name
from yumen.audit.source.lower.reader import Reader
from yumen.audit.source.lower.scopes import Scope

if TYPE_CHECKING:
    from tree_sitter import Node

_PARAMETER_WORDS = frozenset({"comment", "type_annotation"})


def function(reader: Reader, node: Node, name: str = "") -> int:
    """Read a function and its body; the number of its value."""
    start = node.start_byte
    number = len(reader.functions)
    named = node.child_by_field_name("name")
    if named is not None:
        name = reader.text(named)
    made = Function(name, start, node.end_byte, reader.function)
    reader.functions.append(made)
    reader.returns.append([])
    value = reader.value((FUNCTION, number), start)
    outer = (reader.scope, reader.function, reader.condition, reader.trail, reader.names)
    reader.scope = Scope(reader.scope, number, is_whole=True)
    reader.function, reader.condition, reader.trail, reader.names = number, -1, [], []
    if named is not None and node.type in {"function_expression", "function"}:
        reader.assign(reader.declare(name, whole=True, constant=True), value)
    _parameters(reader, node, made, number)
    _body(reader, node, number)
    reader.scope, reader.function, reader.condition, reader.trail, reader.names = outer
    return value


def _parameters(reader: Reader, node: Node, made: Function, number: int) -> None:
    single = node.child_by_field_name("parameter")
    listed = node.child_by_field_name("parameters")
    patterns = [single] if single is not None else listed.named_children if listed is not None else []
    index = 0
    for pattern in patterns:
        if pattern.type in _PARAMETER_WORDS or _is_this(pattern):
            continue
        if _is_rest(pattern):
            made.rest = index
            bind(reader, pattern, reader.value((REST, number, index), pattern.start_byte), "param")
        else:
            value = reader.value((PARAM, number, index), pattern.start_byte)
            bind(reader, pattern, value, "param")
            _field_of_constructor(reader, pattern, made.name, value)
        index += 1
    made.params = index


def _is_this(pattern: Node) -> bool:
    return pattern.type == "required_parameter" and any(child.type == "this" for child in pattern.children[:2])


def _is_rest(pattern: Node) -> bool:
    return pattern.type == "rest_pattern" or (
        pattern.type == "required_parameter" and any(child.type == "rest_pattern" for child in pattern.named_children)
    )


def _field_of_constructor(reader: Reader, pattern: Node, function_name: str, value: int) -> None:
    """TypeScript: `constructor(private base: string)` is `this.base = base` too."""
    if function_name != "constructor" or pattern.type not in {"required_parameter", "optional_parameter"}:
        return
    if any(child.type in {"accessibility_modifier", "readonly"} for child in pattern.children):
        inner = pattern.child_by_field_name("pattern")
        if inner is not None:
            place = pattern.start_byte
            reader.stores.append(Store(reader.this_value, reader.text(inner), value, place, reader.function))


def _body(reader: Reader, node: Node, number: int) -> None:

    body = node.child_by_field_name("body")
    if body is None:
        return
    if body.type == "statement_block":
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
        if child.type == "class_heritage":
            heritage = child.named_children[0]
            if heritage.type == "extends_clause":
                heritage = heritage.named_children[0]
            parent = reader.steps.evaluate(reader, heritage)
        elif child.type == "class_body":
            body = child
    number = len(reader.classes)
    made = Class(name, parent, {}, start)
    reader.classes.append(made)
    value = reader.value((CLASS, number), start)
    outer = enter_this(reader, value)
    if body is not None:
        for member in body.named_children:
            _member(reader, member, made)
    leave_this(reader, outer)
    return value


def _member(reader: Reader, member: Node, made: Class) -> None:

    if member.type == "method_definition":
        named = member.child_by_field_name("name")
        name = key_name(reader, named) if named is not None else "[]"
        made.members[name] = function(reader, member, name)
    elif member.type in {"field_definition", "public_field_definition"}:
        named = member.child_by_field_name("property") or member.child_by_field_name("name")
        content = member.child_by_field_name("value")
        if named is not None and content is not None:
            name = key_name(reader, named)
            reader.names.append(name)
            made.members[name] = reader.steps.evaluate(reader, content)
            reader.names.pop()
    elif member.type == "class_static_block":
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
