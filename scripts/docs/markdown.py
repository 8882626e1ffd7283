"""Markdown to HTML: headings get names, code gets colour by weight only, raw HTML is not let through."""

import html
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound


class Heading(NamedTuple):
    """A second-level heading, for the list beside the article."""

    text: str
    anchor: str


def to_html(text: str, link: Callable[[str], str]) -> tuple[str, list[Heading]]:
    """The article and its headings. `link` says where a target leads; an empty answer leaves plain text."""
    parser = MarkdownIt("commonmark", {"highlight": _coloured, "html": False}).enable("table")
    tokens = parser.parse(_without_comments(text))
    headings = list(_named(tokens))
    for token in tokens:
        for child in token.children or ():
            _follow(child, link)
    article = parser.renderer.render(tokens, parser.options, {})
    article = article.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")
    return article, headings


def _named(tokens: list[Token]) -> list[Heading]:
    headings: list[Heading] = []
    anchors: set[str] = set()
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open":
            text = content.content.replace("`", "")
            anchor = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "part"
            while anchor in anchors:
                anchor += "-"
            anchors.add(anchor)
            opening.attrSet("id", anchor)
            if opening.tag == "h2":
                headings.append(Heading(text, anchor))
    return headings


def _follow(token: Token, link: Callable[[str], str]) -> None:
    if token.type == "link_open":
        leads_to = link(str(token.attrGet("href") or ""))
        if leads_to:
            token.attrSet("href", leads_to)
        else:
            del token.attrs["href"]
    if token.type == "image":
        token.attrSet("src", link(str(token.attrGet("src") or "")))


def _coloured(code: str, language: str, _: str) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return html.escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
