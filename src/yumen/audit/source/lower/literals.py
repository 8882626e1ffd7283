"""Text as it is written: strings and templates; addresses and what may be a secret are noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yumen.audit.source.facts import TEXT
from yumen.audit.source.lower.reader import Reader

if TYPE_CHECKING:
    from tree_sitter import Node

NOTED: Final = re.compile(
    r"://|-----BEGIN|\beyJ|\b\d{1,3}(?:\.\d{1,3}){3}\b|^(?=[^\s/]{12,}$)(?=.*\d)|^[\w+/=-]{40,}$|^(?:[\w-]+\.)+[a-z]{2,}(?:[:/]|$)"
)
"""Texts worth keeping: addresses, keys, hosts."""
_SECRET_NAME: Final = re.compile(r"secret|passw|pwd|token|key|appid|access|credential", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_WORDS: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def string(reader: Reader, node: Node) -> int:
    text = str(reader.source[node.start_byte + 1 : node.end_byte - 1], "utf-8", "replace")
    if "\\" in text:
        text = _paired(_ESCAPE.sub(_unescaped, text))
    _note(reader, text, node.start_byte + 1, node.end_byte - 1)
    return reader.value((TEXT, text), node.start_byte)


def _note(reader: Reader, text: str, start: int, end: int) -> None:
    if len(text) > 5 and (NOTED.search(text) or (reader.names and _SECRET_NAME.search(reader.names[-1]))):
        reader.literal(text, start, end)


def _paired(text: str) -> str:
    """`\\ud83d\\ude00` is one character; half of one alone is none."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescaped(found: re.Match[str]) -> str:
    if found[3] is not None:
        return _WORDS.get(found[3], "" if found[3] == "\n" else found[3])
    return chr(int(found[1] or found[2], 16))


def template(reader: Reader, node: Node) -> int:
    parts: list[int] = []
    at = node.start_byte + 1
    for child in node.named_children:
        if reader.kinds[child.kind_id] != "template_substitution":
            continue
        if child.start_byte > at:
            parts.append(_piece(reader, at, child.start_byte))
        inner = child.named_children
        parts.append(reader.steps.evaluate(reader, inner[0]) if inner else 0)
        at = child.end_byte
    if node.end_byte - 1 > at or not parts:
        parts.append(_piece(reader, at, node.end_byte - 1))
    return reader.joined(parts, node.start_byte)


def _piece(reader: Reader, start: int, end: int) -> int:
    text = str(reader.source[start:end], "utf-8", "replace")
    _note(reader, text, start, end)
    return reader.value((TEXT, text), start)
