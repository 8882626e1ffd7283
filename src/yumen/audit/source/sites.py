"""Places of a program as findings name them, and the way of a flow as its steps."""

from __future__ import annotations

from yumen.audit.finding import Certainty, Finding, InFile, Step
from yumen.audit.source import vendor
from yumen.audit.source.flows import Flow
from yumen.audit.source.program import Program, Use
from yumen.kit.errors import Fact

FLOWS_MAX = 30
"""Findings of one rule about flows; the same cause is told once."""


def at(program: Program, file: int, start: int = 0, end: int = 0) -> InFile:
    """A place in a script or template."""
    return InFile(program.facts.paths[file], start, max(end, start))


def of(program: Program, use: Use) -> InFile:
    """Where the interface is used."""
    return at(program, use.file, use.start, use.end)


def setting(program: Program, name: str = "") -> InFile:
    """Where a key or value stands in the settings of the app; the file itself if it is not written there."""
    configs = [one for one in (program.app.file, *program.app.others) if one is not None and one.path]
    for config in configs:
        start = config.place(name) if name else 0
        if start:
            return InFile(config.path, start, start + len(name) + 2)
    if configs:
        return InFile(configs[0].path)
    return InFile(program.facts.paths[0] if program.facts else program.path or ".")


def certainty(program: Program, file: int, proven: bool = True) -> Certainty:
    """Of something found in that file."""
    if program.facts.lights[file] and program.facts[file].traces:
        return Certainty.POSSIBLE
    return Certainty.PROVEN if proven else Certainty.LIKELY


def flow(program: Program, one: Flow, **facts: Fact) -> Finding:
    """A finding about a flow: it stands where the outermost caller hands the data over."""
    label, sink = one.label, one.sink
    steps = [Step(at(program, label.file, label.place), "read", {"via": label.via})]
    for file, number in reversed(one.hops):
        call = program.facts[file].calls[number]
        steps.append(Step(at(program, file, call.start, call.end), "handed_on"))
    steps.append(Step(at(program, sink.file, sink.start, sink.end), "leaves", {"api": sink.api}))
    place = steps[-2].place if one.hops else steps[-1].place
    told = {"kind": label.kind, "api": sink.api, **facts}
    key = f"{label.kind} {label.via} {sink.api} {one.host}"
    sure, whose = certainty(program, sink.file, label.proven), package(program, caller(program, one))
    return Finding(place, told, sure, tuple(steps), key=key, package=whose)


def package(program: Program, file: int) -> str:
    """Whose code a file is; empty for the brand's own."""
    return "" if program.is_own(file) else vendor.package_of(program.facts.paths[file])


def caller(program: Program, flow_: Flow) -> int:
    """The file that a flow's finding stands in."""
    return flow_.hops[-1][0] if flow_.hops else flow_.sink.file
