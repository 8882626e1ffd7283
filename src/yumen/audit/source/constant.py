"""A value of a file as plain data, as far as it stands there: `app.config.ts` is read with it."""

from __future__ import annotations

from typing import Any, Final

from yumen.audit.source.facts import ALT, ARRAY, CALL, CONST, OBJECT, TEXT, VARIABLE, Facts

_DEPTH_MAX: Final = 12


def constant(facts: Facts, number: int, depth: int = 0) -> Any:
    """Text, number, list or dict; None for what is not known."""
    value: tuple[Any, ...] = facts.values[number]
    if depth > _DEPTH_MAX:
        return None
    match value[0]:
        case _ if value[0] in {TEXT, CONST}:
            return value[1]
        case _ if value[0] == OBJECT:
            return {name: constant(facts, inner, depth + 1) for name, inner in value[2]}
        case _ if value[0] == ARRAY:
            return [constant(facts, inner, depth + 1) for inner in value[2:]]
        case _ if value[0] == ALT:
            return constant(facts, value[1], depth + 1)
        case _ if value[0] == VARIABLE:
            held = facts.variables.get(value[1], ())
            return constant(facts, held[0], depth + 1) if held else None
        case _ if value[0] == CALL:  # defineAppConfig({...})
            args = facts.calls[value[1]].args
            return constant(facts, args[0], depth + 1) if args else None
    return None
