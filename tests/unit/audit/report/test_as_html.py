"""One file that loads nothing, escapes everything and says both languages."""

import re
from html.parser import HTMLParser

import pytest

from yumen.audit.report import as_html


class Elements(HTMLParser):
    """Every element with its attributes; what stays open."""

    VOID = frozenset({"meta", "br", "use", "path", "circle", "rect"})

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.wrong = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))


@pytest.fixture
def page(result):
    return as_html.render(result, ("en", "zh"))


@pytest.fixture
def elements(page):
    parser = Elements()
    parser.feed(page)
    return parser


def test_every_element_is_closed(elements):
    assert elements.wrong == []
    assert elements.open == []


def test_nothing_comes_from_outside(page, elements):
    assert not re.search(r"(?:src|srcset|action|data)=|@import|url\((?!#)", page)
    links = [attrs["href"] for tag, attrs in elements.seen if tag in {"a", "use"}]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "default-src 'none'" in page.replace("&#x27;", "'")


def test_what_was_read_is_escaped(page):
    assert "Orvane &lt;b&gt;shop&lt;/b&gt;" in page
    assert "<b>shop" not in page


def test_every_link_has_its_target(elements):
    targets = {attrs["id"] for _, attrs in elements.seen if "id" in attrs}
    missing = {attrs["href"] for tag, attrs in elements.seen if tag == "a" and attrs["href"][1:] not in targets}
    assert missing == set()


def test_no_id_is_given_twice(elements):
    ids = [attrs["id"] for _, attrs in elements.seen if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_both_languages_stand_side_by_side(page):
    assert "findings among" in page
    assert "发现" in page
    assert page.count('class="en"') == page.count('class="zh"')


def test_one_language_alone_needs_no_toggle(result):
    page = as_html.render(result, ("zh",))
    assert page.startswith('<!doctype html>\n<html lang="zh-CN"')
    assert "data-lang=" not in page
    assert 'class="en"' not in page


def test_a_result_without_findings_says_so(audit):
    page = as_html.render(audit({"yumen-audit.toml": "flow = []\n"}, only=("BRD001",)), ("en",))
    assert "No finding among 1 checked." in page
    assert "Nothing that was checked would block the launch." in page
