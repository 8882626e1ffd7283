"""Rules are handed what they name; what is missing is told, never passed over."""

from collections.abc import Iterator
from dataclasses import replace

from yumen.audit.declaration import Domains, Service
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.judging import FINDINGS_PER_RULE_MAX, judge, need_of
from yumen.audit.rule import Area, Effect, Effort, Owner, Rule
from yumen.audit.source import SourceEvidence
from yumen.law import Tag


def made(said, needs=None, wants=None) -> Rule:
    def judge_it(**_given: object) -> Iterator[Finding | Gap]:
        yield from said

    return Rule(
        "TST001", Area.HOSTING, Tag.LAW, Effect.RISKY, (), Owner.AGENCY, Effort.HOUR, judge_it, needs or {}, wants or {}
    )


FOUND = Finding(At("domain", "x"))


def test_a_rule_without_its_evidence_is_missing_and_not_checked():
    judged = judge([made([FOUND], {"domains": Domains})], {})
    assert (judged.findings, judged.checked) == ([], [])
    assert [(one.need, one.partly) for one in judged.missing] == [("domains", False)]


def test_what_is_only_wanted_may_be_absent():
    given = {}

    def look(service: Service | None) -> Iterator[Finding]:
        given["service"] = service
        yield FOUND

    judged = judge([replace(made([]), judge=look, wants={"service": Service})], {})
    assert given == {"service": None}
    assert len(judged.findings) == 1


def test_a_rule_that_could_judge_nothing_is_not_checked():
    judged = judge([made([Gap("contents")])], {})
    assert judged.checked == []
    assert [one.partly for one in judged.missing] == [True]


def test_a_gap_in_part_leaves_the_rule_checked():
    assert len(judge([made([Gap("flow_people", {}, whole=False)])], {}).checked) == 1


def test_a_finding_besides_a_gap_counts_as_checked():
    assert len(judge([made([Gap("contents"), FOUND])], {}).checked) == 1


def test_a_flood_of_findings_is_cut_and_told():
    judged = judge([made([FOUND] * (FINDINGS_PER_RULE_MAX + 5))], {})
    assert len(judged.findings) == FINDINGS_PER_RULE_MAX
    assert [one.need for one in judged.missing] == ["too_many"]


def test_evidence_has_a_word():
    assert need_of(SourceEvidence) == "source_evidence"
