"""The catalogue of clauses: each checked by a rule or an honest manual, each with its words, none out of date."""

from datetime import UTC, datetime

import pytest

from yumen.audit import requirements
from yumen.audit.collect import COLLECTORS
from yumen.audit.judging import need_of
from yumen.audit.rules import load
from yumen.audit.source import SourceEvidence
from yumen.kit.i18n import LANGUAGES, has_text

CLAUSES = requirements.clauses()
CHECKED = requirements.coverage(load().values())


@pytest.mark.parametrize("name", CLAUSES)
def test_every_clause_is_checked_by_a_rule_or_says_what_a_person_looks_at(name):
    assert CHECKED[name] or all(CLAUSES[name].manual(language) for language in LANGUAGES)


@pytest.mark.parametrize("name", CLAUSES)
def test_every_clause_has_its_words_and_evidence_that_exists(name):
    one = CLAUSES[name]
    known = {need_of(kind) for kind in (*COLLECTORS, SourceEvidence)} | {"running", "manual"}
    assert has_text(f"audit.binds.{one.binds}")
    assert set(one.evidence) <= known


def test_every_requirement_of_a_rule_exists():
    assert {name for rule in load().values() for name in rule.requirements} <= set(CLAUSES)
    assert all(rule.requirements for rule in load().values())


def test_the_clauses_were_read_again_in_time():
    assert datetime.now(UTC).date() <= requirements.review_on()


def test_no_clause_is_from_the_future():
    assert all(one.effective_on <= datetime.now(UTC).date() for one in CLAUSES.values())


def test_the_grade_of_a_rule_is_that_of_one_of_its_clauses():
    for rule in load().values():
        grades = {CLAUSES[name].grade for name in rule.requirements}
        assert rule.grade in grades or rule.grade == "advice", rule.id
