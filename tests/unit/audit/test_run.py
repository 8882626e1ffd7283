"""One audit from folder to result."""

import pytest

from tests.unit.audit.conftest import PACKAGED, TODAY
from yumen.audit.report import as_json
from yumen.audit.result import State
from yumen.audit.rule import Effect
from yumen.kit.errors import Problem


def test_findings_come_worst_first(result):
    effects = [list(Effect).index(case.effect) for case in result.cases]
    assert effects == sorted(effects)
    assert effects[0] == 0


def test_every_rule_is_checked_or_says_what_it_needs(result):
    told = {one.rule.id for one in result.missing}
    assert {rule.id for rule in result.unchecked} <= told
    assert len(result.checked) + len(result.unchecked) == len(result.rules)
    assert result.checked
    assert result.unchecked


def test_two_runs_on_the_same_input_are_byte_identical(audit, broken):
    assert as_json.render(audit(broken)) == as_json.render(audit(broken))


def test_an_empty_folder_finds_nothing_and_says_so(audit):
    result = audit({})
    assert result.cases == ()
    assert result.checked == ()
    assert [one.code for one in result.unread] == ["no_mini_program"]


def test_only_and_skip_choose_rules_by_id_letters_and_area(audit, broken):
    assert {rule.id[:3] for rule in audit(broken, only=("FIL",)).rules} == {"FIL"}
    assert {rule.area for rule in audit(broken, only=("access", "HST001")).rules} == {"access", "hosting"}
    assert "FIL010" not in {rule.id for rule in audit(broken, skip=("FIL010",)).rules}


def test_severity_leaves_out_what_is_less_bad(audit, broken):
    assert {rule.effect for rule in audit(broken, severity=Effect.ILLEGAL).rules} == {Effect.BLOCKED, Effect.ILLEGAL}


def test_an_unknown_rule_is_refused(audit, broken):
    with pytest.raises(Problem, match=r"audit.unknown_rule rule=XYZ"):
        audit(broken, only=("XYZ",))


def test_a_baseline_marks_what_was_known_and_what_is_gone(audit, broken, tmp_path):
    earlier = tmp_path / "earlier.json"
    earlier.write_text(as_json.render(audit(broken)), encoding="utf-8")
    changed = {**broken, "access.csv": "账号,共用\nkefu02,是\nli,否\n"}
    result = audit(changed, baseline=earlier)
    new = [case for case in result.cases if case.state is State.NEW]
    assert [(case.rule.id, case.finding.place.name) for case in new] == [("ACC001", "kefu02")]
    assert any(line.startswith("ACC001 kefu01") for line in result.comparison.closed)
    assert result.comparison.new == 1


def test_a_suppressed_finding_leaves_the_findings_and_keeps_its_reason(audit, broken):
    suppression = '\n[[suppress]]\nrule = "PRV020"\nreason = "text under review"\nuntil = 2027-01-31\n'
    result = audit({**broken, "yumen-audit.toml": broken["yumen-audit.toml"] + suppression})
    assert "PRV020" not in {case.rule.id for case in result.cases}
    assert [(case.rule.id, case.reason) for case in result.suppressed] == [("PRV020", "text under review (2027-01-31)")]


def test_a_suppression_past_its_end_keeps_the_finding(audit, broken):
    suppression = f'\n[[suppress]]\nrule = "PRV020"\nreason = "r"\nuntil = {TODAY.replace(day=1)}\n'
    result = audit({**broken, "yumen-audit.toml": broken["yumen-audit.toml"] + suppression})
    assert "PRV020" in {case.rule.id for case in result.cases}
    assert [one.code for one in result.lapsed] == ["expired"]


def test_no_value_of_a_person_reaches_a_snippet(result):
    shown = [line for case in result.cases if case.snippet for line in case.snippet.lines]
    assert any("联系电话" in line for line in shown)
    assert not any("13800138000" in line for line in shown)


def test_what_others_wrote_is_one_line_for_each_rule_and_package(audit):
    result = audit(PACKAGED)
    folded = {(one.package, one.case.rule.id): one.count for one in result.others}
    assert folded["@kit/login", "SRC100"] == 2
    assert folded["beacon", "SRC110"] == 1
    assert folded["beacon", "SRC014"] == 1


def test_what_others_wrote_weighs_in_no_finding_score_or_plan(audit):
    result = audit(PACKAGED)
    assert [case.place for case in result.cases if case.rule.id == "SRC100"] == ["pages/a/a.js:1"]
    assert not any(case.rule.id in {"SRC110", "SRC014"} for case in result.cases)
    assert "SRC110" not in {step.rule.id for step in result.plan}


def test_a_folded_line_can_be_suppressed_by_its_folder(audit):
    suppressed = """
[[suppress]]
rule = "SRC110"
reason = "the maker mends it"
until = 2027-01-31
place = "miniprogram_npm/beacon/"
"""
    result = audit(PACKAGED | {"yumen-audit.toml": suppressed})
    assert "SRC110" not in {one.case.rule.id for one in result.others}
    assert "SRC014" in {one.case.rule.id for one in result.others}


def test_settings_that_are_no_json_are_told_where_no_program_is_found(audit):
    result = audit({"app.json": '{"pages": ["p/p"], "x": }', "p/p.js": "Page({})"})
    assert ("app.json", "source") in {(one.name, one.code) for one in result.unread}


def test_a_host_that_did_not_answer_is_told_and_not_passed(audit):
    probes = (
        '{"format": "yumen-probes/1", "taken_at": "2026-11-26", "hosts": [{"host": "a.example", "error": "gaierror"}]}'
    )
    result = audit({"yumen-audit.toml": '[evidence]\nprobes = ["p.json"]\n', "p.json": probes}, only=("HST020",))
    assert [(one.name, one.code) for one in result.unread] == [("a.example", "no_answer")]
    assert [rule.id for rule in result.unchecked] == ["HST020"]
