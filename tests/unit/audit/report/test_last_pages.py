"""The end of the page."""

from yumen.audit.report import last_pages
from yumen.audit.report.markup import Voice

VOICE = Voice(("en",))


def test_the_score_has_a_line_for_each_rule(result):
    said = last_pages.scores(result, VOICE)
    assert all(f">{rule.id}</th>" in said for rule in result.rules)
    assert said.count("<details>") == len(result.scores)


def test_what_is_missing_says_what_would_supply_it(result):
    said = last_pages.unchecked(result, VOICE)
    assert "--probe" in said
    assert "--db postgresql://" in said


def test_papers_list_what_was_read_and_what_was_not(result):
    said = last_pages.papers(result, VOICE)
    assert "privacy.md" in said
    assert "no mini-program was found there" in said
