"""The rules of the auditor with their pages, the clauses they check, and the schemas of its files, as committed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from yumen.audit.report.manual import all_pages, coverage_matrix
from yumen.audit.report.schemas import schemas
from yumen.audit.rules import load
from yumen.kit.i18n import Language

REFERENCE = "../../docs/reference"
HEADS: dict[Language, tuple[str, str]] = {
    "en": (
        "# Rules of the auditor\n\nGenerated from the code. `yumen audit --explain RULE` prints one page.\n",
        "# Requirements and the rules that check them\n\nGenerated from `requirements.toml` and the rules.\n",
    ),
    "zh": (
        "# 审计规则\n\n由代码生成。`yumen audit --explain RULE` 输出单页说明。\n",
        "# 要求及其检查规则\n\n由 `requirements.toml` 与规则生成。\n",
    ),
}


@pytest.mark.parametrize(("language", "ending"), [("en", "md"), ("zh", "zh.md")])
def test_the_pages_of_the_rules_are_as_committed(
    golden: Callable[[str, str], None], language: Language, ending: str
) -> None:
    rules = load().values()
    golden(f"{REFERENCE}/audit-rules.{ending}", f"{HEADS[language][0]}\n{all_pages(rules, language)}")
    golden(f"{REFERENCE}/audit-requirements.{ending}", f"{HEADS[language][1]}\n{coverage_matrix(rules, language)}")


def test_the_schemas_are_as_committed(golden: Callable[[str, str], None]) -> None:
    for name, schema in schemas().items():
        golden(f"{REFERENCE}/schemas/{name}", json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
