"""Read tags and attributes of WXML and Vue templates by regular expression, over bytes.

A grammar for HTML stumbles over `{{ a > b }}`; one expression for a tag and one for its attributes does not, and is
faster. Text, comments and inline `wxs`, `script` and `style` are passed over.
"""

from __future__ import annotations

import re
from typing import Final

from yumen.audit.source.facts import Attribute, Tag

TAGS_MAX: Final = 20_000
WORDS_MAX: Final = 200

_TAG: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(?:wxs|script|style)\b[^>]*?(?:/>|>.*?</(?:wxs|script|style)\s*>)"
    rb"|<([A-Za-z][\w.:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
    rb"|</([A-Za-z][\w.:-]*)\s*>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"([^\s=\"'/<>{}]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>]+))?")
_SPACE: Final = re.compile(r"\s+")


def tags(source: bytes) -> list[Tag]:
    """Every opening tag in order, at most TAGS_MAX."""
    found: list[Tag] = []
    forms: list[int] = []
    for match in _TAG.finditer(source):
        if match[1] is None:
            if match[3] == b"form" and forms:
                forms.pop()
            continue
        name = match[1].decode("utf-8", "replace")
        attributes = _attributes(match[2], match.start(2)) if match[2] else ()
        words = source[match.end() : match.end() + WORDS_MAX].partition(b"<")[0]
        text = _SPACE.sub(" ", words.decode("utf-8", "replace")).strip() if words else ""
        found.append(Tag(name, attributes, match.start(), match.end(), forms[-1] if forms else -1, text))
        if name == "form" and not match[2].rstrip().endswith(b"/"):
            forms.append(len(found) - 1)
        if len(found) >= TAGS_MAX:
            break
    return found


def _attributes(source: bytes, offset: int) -> tuple[Attribute, ...]:
    out = []
    for match in _ATTRIBUTE.finditer(source):
        raw = match[2]
        start, end = (match.start(2), match.end(2)) if raw is not None else (match.start(), match.end())
        if raw is not None and raw[:1] in (b'"', b"'"):
            raw, start, end = raw[1:-1], start + 1, end - 1
        name = match[1].decode("utf-8", "replace")
        out.append(Attribute(name, (raw or b"").decode("utf-8", "replace"), offset + start, offset + end))
    return tuple(out)
