"""An earlier report is read as a baseline, or refused."""

import pytest

from yumen.audit import baseline
from yumen.audit.report import as_json
from yumen.kit.errors import Problem


def test_the_report_of_a_run_is_a_baseline(result, tmp_path):
    file = tmp_path / "r.json"
    file.write_text(as_json.render(result), encoding="utf-8")
    known = baseline.read(file)
    assert len(known.known) == len(result.cases)
    assert known.taken_at.startswith("2026-11-26")


@pytest.mark.parametrize("text", ["", "[]", '{"findings": 3}', "\x00"])
def test_anything_else_is_refused(tmp_path, text):
    file = tmp_path / "r.json"
    file.write_text(text)
    with pytest.raises(Problem, match=r"audit.baseline_unreadable"):
        baseline.read(file)


def test_rules_that_did_not_run_close_nothing(result):
    known = baseline.Baseline("2026-11-01", {"0" * 16: "FIL010 gone.example"})
    assert baseline.compare(result.cases, known, frozenset({"PRV001"}))[1].closed == ()
    assert baseline.compare(result.cases, known, frozenset({"FIL010"}))[1].closed == ("FIL010 gone.example",)
