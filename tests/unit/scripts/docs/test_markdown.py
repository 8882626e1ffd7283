"""Markdown becomes HTML that leads somewhere and lets nothing through."""

from scripts.docs.markdown import to_html


def same(target: str) -> str:
    return target


def test_raw_html_is_shown_and_not_run():
    article, _ = to_html("<script>alert(1)</script>\n\nA <b>bold</b> word", same)
    assert "<script" not in article
    assert "&lt;b&gt;" in article


def test_headings_get_names_and_equal_ones_different_names():
    article, headings = to_html("# Page\n\n## Two words\n\n## Two words\n\n## 中文", same)
    assert [heading.text for heading in headings] == ["Two words", "Two words", "中文"]
    anchors = [heading.anchor for heading in headings]
    assert len(set(anchors)) == 3
    assert all(f'id="{anchor}"' in article for anchor in anchors)


def test_links_lead_where_the_site_says():
    article, _ = to_html("[there](there.md)", lambda target: target.replace(".md", ".html"))
    assert '<a href="there.html">there</a>' in article


def test_a_link_that_leads_to_no_page_becomes_plain_text():
    article, _ = to_html("[the code](../src)", lambda target: "")
    assert "href" not in article
    assert "the code" in article


def test_tables_scroll_in_their_frame():
    article, _ = to_html("| a |\n| --- |\n| b |", same)
    assert article.startswith('<div class="scroll"><table>')


def test_comments_are_left_out():
    assert "secret" not in to_html("Text\n\n<!-- a secret\nplan -->\n", same)[0]


def test_unknown_languages_are_escaped():
    article, _ = to_html("```nosuch\n<tag>\n```", same)
    assert "&lt;tag&gt;" in article
