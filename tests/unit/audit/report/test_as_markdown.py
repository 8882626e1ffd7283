"""Markdown: every finding, nothing that becomes markup."""

from yumen.audit.report import as_markdown


def test_every_rule_that_found_something_has_its_heading(result):
    said = as_markdown.render(result, ("en",))
    assert [rule for rule in {case.rule.id for case in result.cases} if f"### {rule} " not in said] == []


def test_what_was_read_is_no_markup(result):
    assert "&lt;b&gt;shop" in as_markdown.render(result, ("en",))
    assert as_markdown.plain("[a](http://x) | `b`\n<i>") == "\\[a\\](`http://x`) \\| \\`b\\` &lt;i&gt;"


def test_both_languages_follow_each_other(result):
    said = as_markdown.render(result, ("zh", "en"))
    assert said.index("上线就绪审计") < said.index("Readiness audit")


def test_code_of_the_sentence_is_code_and_addresses_are_no_links(result):
    said = as_markdown.render(result, ("en",))
    assert "`http://10.0.0.3`" in said
    assert as_markdown.plain("see www.orvane.example.") == "see `www.orvane.example`."
