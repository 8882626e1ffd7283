"""The border's answers to a lawyer's questions: facts, day, verdict, article; asked for real, committed, compared."""

from collections.abc import Callable

import pytest

from tests.golden.policy_cases import CASES, ROWS, Case, Topic
from tests.unit.border.samples import person, unchecked
from yumen.border.policy import judge
from yumen.border.verdict import Verdict, explain
from yumen.kit.i18n import Language

HEADS: dict[Language, str] = {
    "en": "| Facts | Day | Verdict | Code |\n| --- | --- | --- | --- |\n",
    "zh": "| 事实 | 日期 | 结论 | 代码 |\n| --- | --- | --- | --- |\n",
}


def verdict(case: Case) -> Verdict:
    return judge(unchecked(**case.contract), person(**case.person), case.mechanisms, case.on, case.counted)


def table(language: Language) -> str:
    """Topic by topic, each with its heading."""
    told: list[str] = []
    for row in ROWS:
        words = row.zh if language == "zh" else row.en
        if isinstance(row, Topic):
            told += ["\n" if told else "", f"## {words}\n\n", HEADS[language]]
        else:
            told.append(f"| {words} | {row.on} | {explain(verdict(row), language)} | `{row.answer}` |\n")
    return "".join(told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.en)
def test_the_border_answers_as_the_lawyer_expects(case: Case) -> None:
    assert verdict(case).code == case.answer


def test_there_are_enough_cases_and_none_twice() -> None:
    assert len({case.en for case in CASES}) == len(CASES) >= 60


def test_the_policy_table_is_as_committed(golden: Callable[[str, str], None]) -> None:
    golden("policy-table.en.md", table("en"))
    golden("policy-table.zh.md", table("zh"))
