"""Planted ways of personal data, one program each: the true ones are found, the decoys are not.

`known` was used while building. `fresh` was written before the analysis and is never tuned on: only its totals are
asked for, so that nobody mends a single case of it.
"""

from pathlib import Path

import pytest

from tests.unit.audit.source import bundles
from yumen.audit.source import SourceSettings, collect_source

PLANTED = Path(__file__).parent / "planted"
RECALL_FRESH_MIN = 0.85


def flows_of(folder: Path, bundle: bundles.Bundle) -> set[str]:
    evidence = collect_source(bundles.unpack(bundle, folder), SourceSettings())
    return {
        f"{flow.label.kind} -> {flow.sink.kind} {flow.host}".strip()
        for program in evidence.programs
        for flow in program.flows
        if flow.label.proven
    }


def planted(bundle: bundles.Bundle) -> set[str]:
    return {note.removeprefix("flow: ") for note in bundle.notes if note.startswith("flow: ")}


@pytest.mark.parametrize("case", sorted((PLANTED / "known").glob("*.txt")), ids=lambda case: case.stem)
def test_a_planted_flow_is_found_and_nothing_else(case, tmp_path):
    bundle = bundles.read(case.read_text(encoding="utf-8"))
    assert flows_of(tmp_path, bundle) == planted(bundle)


def test_most_of_the_fresh_flows_are_found_and_no_decoy(tmp_path):
    found, true, reported, decoys = 0, 0, 0, 0
    for case in sorted((PLANTED / "fresh").glob("*.txt")):
        bundle = bundles.read(case.read_text(encoding="utf-8"))
        flows = flows_of(tmp_path / case.stem, bundle)
        if expected := planted(bundle):
            true, found = true + 1, found + (expected <= flows)
        else:
            decoys, reported = decoys + 1, reported + bool(flows)
    assert (true, decoys) == (23, 10)
    assert found / true >= RECALL_FRESH_MIN
    assert reported == 0
