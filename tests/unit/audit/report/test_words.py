"""Words of the reports: both languages, no code left standing."""

import re
from datetime import date

import pytest

from yumen.audit.declaration import FilingKind, FilingState
from yumen.audit.evidence.hosts import Where
from yumen.audit.evidence.kinds import Kind
from yumen.audit.evidence.policy import topics
from yumen.audit.finding import Certainty
from yumen.audit.judging import need_of
from yumen.audit.report import words
from yumen.audit.rule import Area, Effect, Effort, Owner
from yumen.audit.rules import load
from yumen.kit.i18n import has_text
from yumen.law import Tag


@pytest.mark.parametrize(
    ("chapter", "vocabulary"),
    [
        ("area", Area),
        ("effect", Effect),
        ("effect_note", Effect),
        ("grade", Tag),
        ("grade_note", Tag),
        ("owner", Owner),
        ("effort", Effort),
        ("certainty", Certainty),
        ("word.kind", FilingKind),
        ("word.state", FilingState),
        ("word.kind", set(Kind) - {Kind.SEALED}),
        ("word.where", set(Where) - {Where.PRIVATE, Where.UNKNOWN}),
        ("word.topic", topics()),
    ],
)
def test_every_word_of_a_vocabulary_is_told(chapter, vocabulary):
    assert [word for word in vocabulary if not has_text(f"audit.{chapter}.{word}")] == []


def test_every_type_of_evidence_says_what_it_is_and_who_supplies_it():
    needed = {need_of(kind) for rule in load().values() for kind in rule.needs.values()} - {"as_of"}
    assert [one for one in needed if not (has_text(f"audit.need.{one}") and one in words.SUPPLY)] == []


def test_a_fact_is_told_in_the_language(result):
    case = next(case for case in result.cases if case.rule.id == "FIL017")
    assert "1,200,000" in words.found(case, "en")
    assert "缺少" in words.found(case, "zh")


def test_no_placeholder_and_no_code_is_left(result):
    told = [words.found(case, language) for case in result.cases for language in ("en", "zh")]
    told += [words.missing(one, language) for one in result.missing for language in ("en", "zh")]
    assert [said for said in told if re.search(r"[{}]|audit\.", said)] == []


def test_days_are_written_as_people_write_them():
    day = date(2026, 11, 4)
    assert [words.day(day, "en"), words.day(day, "zh")] == ["4 November 2026", "2026 年 11 月 4 日"]
    assert [words.short_day(day, "en"), words.short_day(day, "zh")] == ["4 Nov", "11-04"]


def test_an_owner_is_named_as_the_declaration_names_it(result):
    assert words.owner(result, Owner.COMPLIANCE, "en") == "Legal, Shanghai"
    assert words.owner(result, Owner.AGENCY, "zh") == "小程序代理商"


def test_effort_is_hours_and_then_days():
    assert [words.effort(hours, "en") for hours in (4, 24)] == ["4 h", "3 days"]
