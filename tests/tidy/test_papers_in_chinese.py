"""A Chinese paper shows what the English one shows, and leads to Chinese papers where there are any."""

import re

import pytest

from tests.tidy.papers import FENCE, Paper, lines, papers

LINK = re.compile(r"\]\(([^)#\s]+)")
OTHER_LANGUAGE = re.compile(r"\[English\]\([^)]+\)")
"""The way to the English twin is the one link that may lead there."""


@pytest.fixture(scope="module")
def written(tracked, root) -> dict[str, Paper]:
    return {paper.place: paper for paper in papers(tracked, root)}


def test_both_languages_of_a_paper_show_the_same(written):
    pairs = [(place.replace(".zh.md", ".md"), place) for place in written if place.endswith(".zh.md")]
    assert len(pairs) > 10
    differing = {chinese: _shape(written[english]) ^ _shape(written[chinese]) for english, chinese in pairs}
    assert {chinese: differs for chinese, differs in differing.items() if differs} == {}


def test_a_chinese_paper_leads_to_chinese_ones(written, root):
    english = []
    for place, paper in written.items():
        if place.endswith(".zh.md"):
            targets = LINK.findall(OTHER_LANGUAGE.sub("", paper.text))
            pages = [target for target in targets if target.endswith(".md") and not target.endswith(".zh.md")]
            folder = (root / place).parent
            english += [f"{place} → {page}" for page in pages if (folder / page).with_suffix(".zh.md").exists()]
    assert english == []


def _shape(paper: Paper) -> set[str]:
    """Headings and rows by their number, links and commands by themselves: what a translation has to keep."""
    prose = OTHER_LANGUAGE.sub("", re.sub(r"\[中文\]\([^)]+\)", "", FENCE.sub("", paper.text)))
    headings, rows = (len(re.findall(sign, prose, re.MULTILINE)) for sign in (r"^## ", r"^\|"))
    links = {f"link {target.replace('.zh.md', '.md')}" for target in LINK.findall(prose)}
    code = {f"code {line}" for piece in paper.shown() if piece.language in {"sh", "toml"} for line in lines(piece)}
    return {f"{headings} headings", f"{rows} rows"} | links | code
