"""A page is its items and where the next one begins."""

from __future__ import annotations

import msgspec

from yumen.kit.web.paging import Page


def test_the_last_page_says_so() -> None:
    assert msgspec.json.encode(Page(items=[1])) == b'{"items":[1],"next_cursor":null}'
