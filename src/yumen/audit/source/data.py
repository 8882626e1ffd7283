"""A JSON file as a script sees it that requires it: one value, exported whole."""

from __future__ import annotations

from typing import Any, Final

from yumen.audit.source.config import Config
from yumen.audit.source.facts import ARRAY, CONST, NONE, OBJECT, TEXT, Facts, Literal, Value

DEPTH_MAX: Final = 40
VALUES_MAX: Final = 20_000
ADDRESSES_MAX: Final = 200
_WHOLE_MAX: Final = 2**63


def facts_of(config: Config) -> Facts:
    """What is deeper or more than is kept is not known."""
    facts = Facts(path=config.path, size=len(config.source), lines=config.source.count(b"\n") + 1)
    facts.values, facts.places = [(NONE,)], [0]
    facts.exports = {"*": _value(facts, config, config.data, 0)}
    return facts


def _value(facts: Facts, config: Config, data: Any, depth: int) -> int:
    if depth > DEPTH_MAX or len(facts.values) >= VALUES_MAX:
        return 0
    value: Value
    place = 0
    if isinstance(data, dict):
        place = len(facts.values) + 1  # objects differ by their place
        fields = tuple((name, _value(facts, config, one, depth + 1)) for name, one in data.items())
        value = (OBJECT, place, fields, ())
    elif isinstance(data, list):
        place = len(facts.values) + 1
        value = (ARRAY, place, *(_value(facts, config, one, depth + 1) for one in data))
    elif isinstance(data, str):
        value = (TEXT, data)
        place = _noted(facts, config, data)
    elif data is None or isinstance(data, bool) or (isinstance(data, int) and -_WHOLE_MAX < data < _WHOLE_MAX):
        value = (CONST, data)
    else:
        return 0
    facts.values.append(value)
    facts.places.append(place)
    return len(facts.values) - 1


def _noted(facts: Facts, config: Config, text: str) -> int:
    """Addresses are told by where they stand."""
    if "://" not in text[:12] or len(facts.literals) >= ADDRESSES_MAX:
        return 0
    start = config.source.find(text.encode("utf-8", "replace"))
    if start >= 0:
        facts.literals.append(Literal(text, start, start + len(text.encode("utf-8", "replace"))))
    return max(start, 0)
