"""The data map reads in both languages and as JSON, and says the same in each."""

import json
from datetime import date

import pytest

from yumen.kit.i18n import LANGUAGES, has_text
from yumen.security.datamap import (
    After,
    Basis,
    Field,
    Holding,
    Keep,
    Kind,
    People,
    Purpose,
    RetentionClass,
    Sensitivity,
    as_json,
    render_table,
    unnamed,
)

ON = date(2026, 11, 25)
NAME = Field(
    "access.actor",
    "name",
    Kind.NAME,
    Sensitivity.GENERAL,
    Purpose.SECURITY,
    Basis.HUMAN_RESOURCES,
    RetentionClass.EVIDENCE,
    ("access.actor.name",),
)
STAFF = Holding(
    "access.actor",
    "yumen.security.access",
    (NAME,),
    RetentionClass.EVIDENCE,
    Keep(1096, After.CONTRACT_ENDED, "retention.staff_access"),
    people=People.STAFF,
)


def test_the_english_table_says_what_why_where_and_how_long() -> None:
    table = render_table([STAFF], "en", ON)
    assert "| name | general | security | human resources, (2) | `access.actor.name` |" in table
    assert "Kept 1096 days after the contract ends; `retention.staff_access`" in table


def test_the_chinese_table_says_the_same() -> None:
    table = render_table([STAFF], "zh", ON)
    assert "| 姓名 | 一般 | 安全 | 人力资源管理所必需，第（二）项 | `access.actor.name` |" in table
    assert "合同终止后1096日" in table


def test_the_json_is_plain_and_in_codes() -> None:
    (holding,) = json.loads(json.dumps(as_json([STAFF], ON)))
    assert holding["keep"]["law"] == "retention.staff_access"
    assert holding["keep"]["tag"] == "advice"
    assert holding["fields"][0]["basis"] == "human_resources"
    assert holding["erase"] is False


@pytest.mark.parametrize("nouns", [After, Basis, Kind, People, Purpose, RetentionClass, Sensitivity])
def test_every_noun_of_the_map_has_a_text_in_both_languages(nouns: type) -> None:
    prefix = {"RetentionClass": "retention"}.get(nouns.__name__, nouns.__name__.lower())
    assert [noun for noun in nouns if not has_text(f"datamap.{prefix}.{noun}")] == []  # type: ignore[attr-defined]


def test_a_holding_without_a_name_for_readers_is_found() -> None:
    stranger = Holding("shop.nowhere", "yumen.shop", (), RetentionClass.MEMBERSHIP, STAFF.keep)
    assert [unnamed([stranger], language) for language in LANGUAGES] == [["holding.shop.nowhere"]] * 2
