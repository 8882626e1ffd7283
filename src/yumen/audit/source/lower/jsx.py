"""JSX elements as tags whose attributes are values of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit.source.facts import TEXT, Attribute, Tag
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node


def element(reader: Reader, node: Node) -> None:
    """Note the tag and everything inside it."""
    opening = node if reader.kinds[node.kind_id] == "jsx_self_closing_element" else None
    for child in node.named_children:
        if reader.kinds[child.kind_id] == "jsx_opening_element":
            opening = child
    if opening is not None:
        _tag(reader, opening, _words(reader, node))
    for child in node.named_children:
        if reader.kinds[child.kind_id] in {"jsx_element", "jsx_self_closing_element", "jsx_fragment"}:
            element(reader, child)
        elif reader.kinds[child.kind_id] == "jsx_expression":
            _expression(reader, child)


def _tag(reader: Reader, opening: Node, words: str) -> None:
    attributes: list[Attribute] = []
    name = ""
    for child in opening.named_children:
        if reader.kinds[child.kind_id] == "jsx_attribute":
            attributes.append(_attribute(reader, child))
        elif reader.kinds[child.kind_id] == "jsx_expression":
            _expression(reader, child)
        elif not name:
            name = reader.text(child)
    reader.tags.append(Tag(name, tuple(attributes), opening.start_byte, opening.end_byte, -1, words))


def _attribute(reader: Reader, node: Node) -> Attribute:
    parts = node.named_children
    name = reader.text(parts[0])
    if len(parts) == 1:
        return Attribute(name, "", node.start_byte, node.end_byte)
    content = parts[-1]
    if reader.kinds[content.kind_id] == "string":
        text = reader.text(content)[1:-1]
        return Attribute(name, text, content.start_byte + 1, content.end_byte - 1)
    value = _expression(reader, content)
    held = reader.values[value]
    text = str(held[1]) if held[0] == TEXT else ""
    return Attribute(name, text, content.start_byte, content.end_byte, value)


def _expression(reader: Reader, node: Node) -> int:
    value = 0
    for child in node.named_children:
        value = reader.steps.evaluate(reader, child)
    return value


def _words(reader: Reader, node: Node) -> str:
    texts = [reader.text(child).strip() for child in node.named_children if reader.kinds[child.kind_id] == "jsx_text"]
    return " ".join(" ".join(texts).split())[:200]
