"""Objects and arrays as they are written, with the names that lead to what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit.source.facts import ARRAY, OBJECT, SPREAD, Call
from yumen.audit.source.lower import functions
from yumen.audit.source.lower.calls import called
from yumen.audit.source.lower.patterns import key_name
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node


def object_(reader: Reader, node: Node) -> int:
    start = node.start_byte
    number = reader.made((OBJECT, start, (), ()), start)  # filled below: methods may point to it
    outer = functions.enter_this(reader, number) if reader.this == 0 else None
    fields: list[tuple[str, int]] = []
    spreads: list[int] = []
    for child in node.named_children:
        kind = reader.kinds[child.kind_id]
        if kind == "pair":
            parts = child.named_children
            name = key_name(reader, parts[0])
            reader.names.append(name)
            fields.append((name, reader.steps.evaluate(reader, parts[-1])))
            reader.names.pop()
        elif kind == "method_definition":
            fields.append(_method(reader, child))
        elif kind == "shorthand_property_identifier":
            fields.append((reader.text(child), reader.steps.evaluate(reader, child)))
        elif kind == "spread_element":
            spreads.append(reader.steps.evaluate(reader, child.named_children[0]))
    if outer is not None:
        functions.leave_this(reader, outer)
    reader.values[number] = (OBJECT, start, tuple(fields), tuple(spreads))
    return number


def _method(reader: Reader, node: Node) -> tuple[str, int]:
    named = node.child_by_field_name("name")
    name = key_name(reader, named) if named is not None else "[]"
    value = functions.function(reader, node, name)
    if any(reader.kinds[child.kind_id] == "get" for child in node.children[:2]):
        value = called(reader, Call(value, (), node.start_byte, node.end_byte, reader.function))
    return name, value


def array(reader: Reader, node: Node) -> int:
    items = [
        reader.steps.evaluate(reader, child)
        for child in node.named_children
        if reader.kinds[child.kind_id] != "comment"
    ]
    return reader.made((ARRAY, node.start_byte, *items), node.start_byte)


def spread(reader: Reader, node: Node) -> int:
    return reader.value((SPREAD, reader.steps.evaluate(reader, node.named_children[0])), node.start_byte)
