"""Every rule has its page in both languages, with the same facts."""

import re
import string

import pytest

from yumen.audit.pages import chinese, page
from yumen.audit.rules import load

HAN = re.compile(r"[\u4e00-\u9fff]")
RULES = list(load().values())


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_both_pages_are_written_and_use_the_same_facts(rule):
    english, other = page(rule, "en"), chinese(rule.theme)[rule.id]
    assert placeholders(english.found) == placeholders(other.found)
    assert all(HAN.search(part) for part in (other.title, other.why, other.way))
    assert not HAN.search(english.title)
    assert not other.title.endswith("。")


def test_no_chinese_page_stands_without_its_rule():
    themes = {rule.theme for rule in RULES}
    written = {name for theme in themes for name in chinese(theme)}
    assert written == {rule.id for rule in RULES}
