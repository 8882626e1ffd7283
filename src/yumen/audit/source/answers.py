"""What listeners and handlers do with what they get."""

from __future__ import annotations

from yumen.audit.source.facts import ALT, FUNCTION, OBJECT, PARAM, PROP, VARIABLE, Facts, Value
from yumen.audit.source.program import Program, Use


def old_phone_events(program: Program) -> list[tuple[int, int, str]]:
    """Reads of `encryptedData` of a phone event in a function that never reads its `code`: file, place, name."""
    flows = program.flows_found
    found = []
    for (key, index), labels in flows.labelling.received.items():
        if index != 0 or not any(label.kind == "phone" and label.path == ("detail",) for label in labels):
            continue
        facts = program.facts[key.file]
        made = facts.functions[key.function]
        read: dict[str, int] = {}
        for number, value in enumerate(facts.values):
            if value[0] == PROP and made.start <= facts.places[number] < made.end:
                read.setdefault(str(value[2]), facts.places[number])
        if "encryptedData" in read and "code" not in read:
            found.append((key.file, read["encryptedData"], "encryptedData"))
    return sorted(found)


def listens_without_answer(program: Program, use: Use) -> bool:
    """Does the listener in this call do nothing at all with its first parameter?"""
    if use.call is None or not use.call.args:
        return False
    values = program.flows_found.values
    for one in values.things(use.file, use.call.args[0]):
        if values.op(one) == FUNCTION:
            number = values.value(one)[1]
            facts = values.files[one.file]
            given = next((n for n, value in enumerate(facts.values) if value == (PARAM, number, 0)), -1)
            return facts.functions[number].params == 0 or not _is_used(facts, given)
    return False


def _is_used(facts: Facts, given: int) -> bool:
    """Is a parameter called, handed on, stored or returned anywhere? Names that hold it count as it."""
    same = {given}
    for number, held in facts.variables.items():
        if given in held:
            same |= {n for n, value in enumerate(facts.values) if value == (VARIABLE, number)}
    inside = {n for n, value in enumerate(facts.values) if value[0] in {OBJECT, ALT} and _holds(value, same)}
    same |= inside
    return (
        any(call.callee in same or same & set(call.args) for call in facts.calls)
        or any(store.value in same for store in facts.stores)
        or any(same & set(function.returns) for function in facts.functions)
        or any(same & set(held) - {given} for held in facts.variables.values())
        or _held_outside(facts, given)
    )


def _holds(value: Value, same: set[int]) -> bool:
    if value[0] == ALT:
        return any(one in same for one in value[1:])
    fields = value[2] if isinstance(value[2], list | tuple) else ()
    return any(number in same for _, number in fields)


def _held_outside(facts: Facts, given: int) -> bool:
    """Was it put into a name that has other values too, one of an outer function?"""
    return any(given in held and len(held) > 1 for held in facts.variables.values())
