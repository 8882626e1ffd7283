"""Say a contract, and what changed between two of them, in lines that a lawyer can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from yumen.border.contract import Draft
from yumen.kit.i18n import Language, text

NAMED_BY: Final = {"lines": "name", "onward": "id"}
"""Items of these lists are known by this key, so that moving one changes nothing."""


def say(draft: Draft, language: Language) -> list[str]:
    """The whole contract, one line for each statement."""
    return [f"{_label(place, language)}: {_worded(value, language)}" for place, value in _statements(draft).items()]


def diff(old: Draft | None, new: Draft, language: Language) -> list[str]:
    """What the new contract says otherwise, in its order; what it no longer says comes last. Empty: nothing."""
    before = {} if old is None else _statements(old)
    after = _statements(new)
    lines = []
    for place, value in after.items():
        label, said = _label(place, language), _worded(value, language)
        if place not in before:
            lines.append(text("contract.diff.added", language, place=label, new=said))
        elif before[place] != value:
            was = _worded(before[place], language)
            lines.append(text("contract.diff.changed", language, place=label, old=was, new=said))
    for place in (place for place in before if place not in after):
        was = _worded(before[place], language)
        lines.append(text("contract.diff.removed", language, place=_label(place, language), old=was))
    return lines


def _statements(draft: Draft) -> dict[str, object]:
    """Place → value, flat. Places are stable: `lines[Phone].change`."""
    return dict(_flat(msgspec.json.decode(msgspec.json.encode(draft)), ""))


def _flat(value: object, at: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list) and at in NAMED_BY:
        for item in value:
            name = item[NAMED_BY[at]]
            yield from _flat({key: inner for key, inner in item.items() if key != NAMED_BY[at]}, f"{at}[{name}]")
    elif value is not None and value != []:
        yield at, value


def _label(place: str, language: Language) -> str:
    """`lines[Phone].change` → `Field "Phone" · Change`."""
    words = []
    for part in place.split("."):
        key, _, name = part.partition("[")
        word = text(f"contract.label.{key}", language)
        words.append(f"{word} “{name.rstrip(']')}”" if name else word)
    return " · ".join(words)


def _worded(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return text(f"contract.value.{'yes' if value else 'no'}", language)
    if isinstance(value, list):
        return ", ".join(_worded(item, language) for item in value)
    said = text(f"contract.value.{value}", language)
    return str(value) if said.startswith("contract.value.") else said
