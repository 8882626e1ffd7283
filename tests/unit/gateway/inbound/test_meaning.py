"""What a field says: a no counts, a yes to more is only noticed, a request names its right."""

from datetime import UTC, datetime

import pytest

from yumen.gateway.inbound import Kind, Right, Rule
from yumen.gateway.inbound.meaning import index_of, state
from yumen.security.datamap import Purpose

AT = datetime(2026, 11, 25, tzinfo=UTC)
OPT_OUT = Rule("HasOptedOutOfEmail", purpose=Purpose.MARKETING)
FORGET = Rule("ShouldForget", right=Right.DELETE)


def said(rule: Rule, value: str | bool | None) -> list[tuple[Kind, str]]:
    return [(one.kind, one.matter) for one in state([rule], rule.field, value, b"key", AT)]


@pytest.mark.parametrize("value", [True, "true", "True", " YES ", "1"])
def test_a_no_is_understood_however_it_is_written(value: str | bool) -> None:
    assert said(OPT_OUT, value) == [(Kind.OPT_OUT, "marketing")]


@pytest.mark.parametrize("value", [False, "false", "", None, "no", "subscribed"])
def test_anything_else_is_no_no(value: str | bool | None) -> None:
    assert said(OPT_OUT, value) == [(Kind.OPT_IN, "marketing")]


def test_a_request_is_made_by_its_own_field_or_named() -> None:
    assert said(FORGET, True) == [(Kind.REQUEST, "delete")]
    assert said(FORGET, False) == []
    assert said(Rule("request"), "Access") == [(Kind.REQUEST, "access")]
    assert said(Rule("request"), "") == []


def test_another_field_says_nothing() -> None:
    assert state([OPT_OUT], "Name", True, b"key", AT) == []


def test_rules_say_which_matters_they_may_speak_of() -> None:
    assert (OPT_OUT.matters, FORGET.matters) == (["marketing"], ["delete"])
    assert Rule("request").matters == [right.value for right in Right]


def test_parts_do_not_run_into_one_another() -> None:
    assert index_of("ab", "c") != index_of("a", "bc")
