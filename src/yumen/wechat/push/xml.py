"""Read the XML of a push into plain values, and nothing that XML could do besides.

No document type, no entity of its own, no processing instruction; bounded depth and number of elements. An element
with children becomes a dict, a repeated one a list, a leaf its text.
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from yumen.wechat.push.message import Message, Value

DEPTH_MAX: Final = 16
ELEMENTS_MAX: Final = 2000


class BadXml(ValueError):
    """Not well formed, or more than a push has a use for."""


def parse(body: bytes) -> Message:
    """The children of the root. Raises BadXml."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    parser.ProcessingInstructionHandler = builder.refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise BadXml(type(error).__name__) from None
    return builder.root


class _Builder:
    """Builds the tree as the parser walks it."""

    def __init__(self) -> None:
        self.root: Message = {}
        self._open: list[tuple[str, Message, list[str]]] = []
        self._elements = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MAX or len(self._open) >= DEPTH_MAX:
            raise BadXml("too much")
        self._open.append((name, {}, []))

    def end(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        if not self._open:
            self.root = children
            return
        value: Value = children or "".join(texts).strip()
        siblings = self._open[-1][1]
        before = siblings.get(name)
        if before is None:
            siblings[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            siblings[name] = [before, value]

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def refuse(self, *_: object) -> None:
        raise BadXml("declaration")
