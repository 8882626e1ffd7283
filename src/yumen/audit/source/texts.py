"""What text a value can be: all alternatives, each as far as it is known from its start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from yumen.audit.source.context import Context
from yumen.audit.source.facts import CALL, CAT, CONST, PROP, TEXT
from yumen.audit.source.indexes import API, Thing
from yumen.audit.source.values import Values

TEXTS_MAX: Final = 8
LENGTH_MAX: Final = 2_000
DEPTH_MAX: Final = 20


class Text(NamedTuple):
    """`start` is known; `whole` says that nothing follows it."""

    start: str
    whole: bool


UNKNOWN: Final = Text("", False)


def texts(values: Values, file: int, number: int, context: Context | None = None, depth: int = 0) -> list[Text]:
    """Every text a value may be, at most TEXTS_MAX."""
    if depth > DEPTH_MAX:
        return [UNKNOWN]
    found: list[Text] = []
    for thing in values.things(file, number, context):
        found += _texts(values, thing, depth)
    return list(dict.fromkeys(found))[:TEXTS_MAX] or [UNKNOWN]


def _texts(values: Values, thing: Thing, depth: int) -> list[Text]:
    if thing.file == API or values.op(thing) < 0:
        return [UNKNOWN]
    value: Sequence[Any] = values.value(thing)
    if value[0] == TEXT or (value[0] == CONST and value[1] is not None):
        return [Text(str(value[1])[:LENGTH_MAX], True)]
    if value[0] == CAT:
        return _joined(values, thing, value[1:], depth)
    if value[0] == CALL:
        return _called(values, thing, value[1], depth)
    return [UNKNOWN]


def _joined(values: Values, thing: Thing, parts: Sequence[int], depth: int) -> list[Text]:
    found = [Text("", True)]
    for part in parts:
        if not any(one.whole for one in found):
            break
        nexts = texts(values, thing.file, part, thing.context, depth + 1)
        found = [
            Text((one.start + more.start)[:LENGTH_MAX], more.whole) if one.whole else one
            for one in found
            for more in (nexts if one.whole else nexts[:1])
        ][:TEXTS_MAX]
    return found


def _called(values: Values, thing: Thing, number: int, depth: int) -> list[Text]:
    """`.replace('http:', 'https:')`, `.concat`, `.trim` are worked out."""
    call = values.files[thing.file].calls[number]
    callee: Sequence[Any] = values.files[thing.file].values[call.callee]
    if callee[0] != PROP:
        return [UNKNOWN]
    base = texts(values, thing.file, callee[1], thing.context, depth + 1)
    args = [texts(values, thing.file, one, thing.context, depth + 1)[0] for one in call.args[:2]]
    if callee[2] == "replace" and len(args) == 2 and args[0].whole and args[1].whole:
        return [Text(one.start.replace(args[0].start, args[1].start, 1), one.whole) for one in base]
    if callee[2] == "concat" and args:
        return [Text(one.start + args[0].start, args[0].whole) if one.whole else one for one in base]
    if callee[2] in {"trim", "toString", "toLowerCase", "valueOf"}:
        return base
    return [UNKNOWN]
