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
    rb"|<(?:wxs|script|style)\b[^<>]*+(?:(?<=/)>|>.*?(?:</(?:wxs|script|style)\s*>|\Z))"
    rb"|<([A-Za-z][\w.:-]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    rb"|</([A-Za-z][\w.:-]*)\s*>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"([^\s=\"'/<>{}]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>]+)))?")


def tags(source: bytes) -> list[Tag]:
    """Every opening tag in order, at most TAGS_MAX."""
    found: list[Tag] = []
    forms: list[int] = []
    spelled: dict[bytes, str] = {}
    for match in _TAG.finditer(source):
        if match[1] is None:
            if match[3] == b"form" and forms:
                forms.pop()
            continue
        name = _text(match[1], spelled)
        attributes = _attributes(source, *match.span(2), spelled) if match[2] else ()
        words = source[match.end() : match.end() + WORDS_MAX].partition(b"<")[0].strip()
        text = " ".join(words.decode("utf-8", "replace").split()) if words else ""
        found.append(Tag(name, attributes, match.start(), match.end(), forms[-1] if forms else -1, text))
        if name == "form" and not match[2].rstrip().endswith(b"/"):
            forms.append(len(found) - 1)
        if len(found) >= TAGS_MAX:
            break
    return found


def _attributes(source: bytes, start: int, end: int, spelled: dict[bytes, str]) -> tuple[Attribute, ...]:
    out = []
    for match in _ATTRIBUTE.finditer(source, start, end):
        written = match.lastindex or 1  # the group of the value, if there is one
        text = _text(match[written], spelled) if written > 1 else ""
        out.append(Attribute(_text(match[1], spelled), text, *match.span(written)))
    return tuple(out)


def _text(raw: bytes, spelled: dict[bytes, str]) -> str:
    """One text for all places where it stands."""
    known = spelled.get(raw)
    if known is None:
        known = spelled[raw] = raw.decode("utf-8", "replace")
    return known
