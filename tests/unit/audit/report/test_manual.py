"""The manual pages and the coverage matrix."""

from yumen.audit.report.manual import all_pages, coverage_matrix, manual_page
from yumen.audit.requirements import clauses
from yumen.audit.rules import load

RULES = load()


def test_a_page_says_what_was_found_and_the_way_out():
    said = manual_page(RULES["FIL002"], "zh")
    assert said.startswith("# FIL002 小程序或 App 用的是别的服务的备案号")
    assert "**如何修正**" in said
    assert "`atf.23`" in said


def test_all_pages_hold_every_rule_once():
    said = all_pages(RULES.values(), "en")
    assert all(said.count(f"### {rule} ") == 1 for rule in RULES)


def test_every_clause_has_its_row_and_its_check():
    rows = coverage_matrix(RULES.values(), "en").splitlines()[2:]
    assert len(rows) == len(clauses())
    assert "FIL010" in next(row for row in rows if row.startswith("| `wx.domain`"))
    assert "manual: " in next(row for row in rows if row.startswith("| `pipl.41`"))
