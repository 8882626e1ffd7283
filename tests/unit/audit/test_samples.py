"""The sample that is broken on purpose and its twin that was put right."""

from pathlib import Path

import pytest

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.report import as_html, as_text
from yumen.audit.result import Result
from yumen.audit.run import Asked, run

SAMPLES = Path(__file__).parents[3] / "examples/audit"


def audited(name: str) -> Result:
    return run(Asked(path=SAMPLES / name, taken_at=NOW, on=TODAY), lambda *_: None)


@pytest.fixture(scope="module")
def broken() -> Result:
    return audited("broken")


def test_the_broken_one_shows_many_different_findings_and_a_plan(broken):
    rules = {case.rule.id for case in broken.cases}
    assert len(rules) >= 60
    assert {case.rule.area for case in broken.cases} == {rule.area for rule in broken.rules}
    assert len(broken.plan) == len(rules)
    assert "Plan of action" in as_text.render(broken, ("en",))


def test_its_secret_and_its_persons_are_in_no_report(broken):
    for said in (as_html.render(broken, ("en", "zh")), as_text.render(broken, ("zh",))):
        assert "9f3c71ab5d2e4c608b1a7f0e6d5c4b3a" not in said
        assert "1380013800" not in said


def test_the_fixed_one_shows_none_and_leaves_no_rule_out():
    fixed = audited("fixed")
    assert [(case.rule.id, case.place) for case in fixed.cases] == []
    assert fixed.unchecked == ()
    assert fixed.unread == ()
