"""Take values apart into names: `const { a, b: [c] = d, ...rest } = value`, parameters, assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit.source.facts import CAT, OMIT, PROP
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

_WRAPPERS = frozenset({"non_null_expression", "as_expression", "parenthesized_expression", "satisfies_expression"})


def bind(reader: Reader, pattern: Node, value: int, kind: str) -> None:
    """Put a value into a pattern. `kind` is const, let, var, param or assign (names that exist already)."""
    shape = reader.kinds[pattern.kind_id]
    if shape in {"identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier"}:
        _name(reader, reader.text(pattern), value, kind, pattern.start_byte)
    elif shape == "object_pattern":
        _object(reader, pattern, value, kind)
    elif shape == "array_pattern":
        _array(reader, pattern, value, kind)
    elif shape in {"assignment_pattern", "object_assignment_pattern"}:
        left, right = pattern.named_children[0], pattern.named_children[-1]
        bind(reader, left, reader.choice((value, reader.steps.evaluate(reader, right)), pattern.start_byte), kind)
    elif shape == "rest_pattern":
        if pattern.named_children:
            bind(reader, pattern.named_children[0], value, kind)
    elif shape in {"required_parameter", "optional_parameter"}:
        _typed(reader, pattern, value, kind)
    elif shape in {"member_expression", "subscript_expression"}:
        reader.steps.store(reader, pattern, value)
    elif shape in _WRAPPERS:
        bind(reader, pattern.named_children[0], value, kind)


def _name(reader: Reader, name: str, value: int, kind: str, place: int) -> None:
    if kind == "assign":
        binding = reader.scope.find(name)
        if binding is None:
            reader.scope.whole.names.setdefault(name, binding := reader.declare(name, whole=True, constant=False))
        reader.assign(binding, value)
        return
    reader.assign(reader.declare(name, whole=kind == "var", constant=kind == "const"), value)


def _object(reader: Reader, pattern: Node, value: int, kind: str) -> None:
    taken: list[str] = []
    for child in pattern.named_children:
        shape = reader.kinds[child.kind_id]
        place = child.start_byte
        if shape == "shorthand_property_identifier_pattern":
            name = reader.text(child)
            bind(reader, child, reader.value((PROP, value, name), place), kind)
        elif shape == "pair_pattern":
            key, target = child.named_children[0], child.named_children[-1]
            name = key_name(reader, key)
            bind(reader, target, reader.value((PROP, value, name), place), kind)
        elif shape == "object_assignment_pattern":
            name = reader.text(child.named_children[0])
            bind(reader, child, reader.value((PROP, value, name), place), kind)
        elif shape == "rest_pattern":
            bind(reader, child, reader.value((OMIT, value, *taken), place), kind)
            continue
        else:
            continue
        taken.append(name)


def _array(reader: Reader, pattern: Node, value: int, kind: str) -> None:
    index = 0
    for child in pattern.children:
        if reader.kinds[child.kind_id] == ",":
            index += 1
        elif child.is_named and reader.kinds[child.kind_id] != "comment":
            name = "[]" if reader.kinds[child.kind_id] == "rest_pattern" else str(index)
            bind(reader, child, reader.value((PROP, value, name), child.start_byte), kind)


def _typed(reader: Reader, pattern: Node, value: int, kind: str) -> None:
    inner = pattern.child_by_field_name("pattern")
    default = pattern.child_by_field_name("value")
    if default is not None:
        value = reader.choice((value, reader.steps.evaluate(reader, default)), pattern.start_byte)
    if inner is not None:
        bind(reader, inner, value, kind)


def key_name(reader: Reader, key: Node) -> str:
    """The name of a key; a computed one that is no plain text is `[]`."""
    shape = reader.kinds[key.kind_id]
    if shape in {"property_identifier", "number", "private_property_identifier", "identifier"}:
        return reader.text(key)
    if shape == "string":
        return reader.text(key)[1:-1]
    if shape == "computed_property_name" and key.named_children:
        return _known_start(reader, reader.steps.evaluate(reader, key.named_children[0]))
    return "[]"


def _known_start(reader: Reader, number: int) -> str:
    """`form.${name}` is `form.[]`: what it belongs to is known."""
    value = reader.values[number]
    if value[0] == CAT and isinstance(value[1], int):
        return (reader.known(value[1]) or "") + "[]"
    return reader.known(number) or "[]"
