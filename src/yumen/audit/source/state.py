"""What a page does with its own data: what it starts with, where it is set."""

from __future__ import annotations

from yumen.audit.source.context import Key
from yumen.audit.source.facts import CALL, CONST, FUNCTION, THIS
from yumen.audit.source.indexes import Thing
from yumen.audit.source.program import Program


def starts_true(program: Program, file: int, name: str) -> bool:
    """Is a key of the page's data (or a cell of a Vue setup) `true` to begin with?"""
    flows = program.flows_found
    script = flows.templates.script(file)
    if script < 0:
        return False
    first, *rest = name.split(".")
    things = [one for owner in flows.templates.owners(script) for one in flows.values.beginning(owner, first)]
    facts = program.facts[script]
    if not things and first in facts.names:
        for number in facts.variables.get(facts.names[first], ())[:1]:
            for one in flows.values.things(script, number):
                things += flows.values.member(one, "value") or () if flows.values.op(one) == CALL else (one,)
    for field in rest:
        things = [inner for one in things for inner in flows.values.member(one, field) or ()]
    return any(
        one.file >= 0 and list(flows.values.value(one)) == [CONST, True] for one in things[:1] if one.value != -1
    )


def set_data_in(program: Program, hooks: set[str]) -> list[tuple[int, str, int]]:
    """Calls of setData right in the body of a function of one of these names: file, name, call."""
    found = []
    for file, number, _ in program.flows_found.links.methods.get("setData", ()):
        facts = program.facts[file]
        name = facts.functions[facts.calls[number].inside].name
        if name in hooks and program.is_own(file):
            found.append((file, name, number))
    return found


def set_data_for_each(program: Program) -> list[tuple[int, str, int]]:
    """Calls of setData right in a function that is run for each element of a list: file, method, call."""
    flows = program.flows_found
    each: dict[Key, str] = {}
    for method in ("forEach", "map"):
        for file, number, _ in flows.links.methods.get(method, ()):
            for argument in program.facts[file].calls[number].args[:1]:
                for one in flows.values.things(file, argument):
                    if flows.values.op(one) == FUNCTION:
                        each[Key(one.file, flows.values.value(one)[1])] = method
    found = []
    for file, number, callee in flows.links.methods.get("setData", ()):
        inside = Key(file, program.facts[file].calls[number].inside)
        if inside in each and _of_this(program, callee):
            found.append((file, each[inside], number))
    return found


def _of_this(program: Program, callee: Thing) -> bool:
    values = program.flows_found.values
    return any(values.op(one) == THIS for one in values.things(callee.file, values.value(callee)[1], callee.context))
