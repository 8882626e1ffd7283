"""The search finds a value wherever a program may have written it, and the published size is read from the note."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.app.demo.proof import CHUNK_BYTES, disguised, published_size, search

VALUE = "林月-13800001234"
HIDING = {
    "plain": VALUE.encode(),
    "hex": VALUE.encode().hex().encode(),
    "HEX": VALUE.encode().hex().upper().encode(),
    "base64": base64.b64encode(b"{" + VALUE.encode() + b"}"),
    "urlsafe": base64.urlsafe_b64encode(b"ab" + VALUE.encode()),
    "utf-16": VALUE.encode("utf-16"),
    "json": json.dumps({"name": VALUE}).encode(),
    "url": quote(VALUE).encode(),
}


@pytest.mark.parametrize("form", HIDING)
def test_a_value_is_found_in_every_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "segment").write_bytes(bytes(9000) + HIDING[form] + bytes(9000))
    (tmp_path / "other").write_bytes(b"nothing")
    found = search([VALUE], [tmp_path], disguised)
    assert (found.values, found.files, found.found >= 1) == (1, 2, True)
    assert search(["13900001234"], [tmp_path], disguised).found == 0


def test_a_value_across_two_chunks_is_found_once(tmp_path: Path) -> None:
    content = b"x" * (CHUNK_BYTES - 5) + VALUE.encode() + b"y" * 100
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "copy").write_bytes(content)
    assert search([VALUE], [tmp_path]).found == 1


@given(
    st.text(st.characters(codec="utf-8"), min_size=6, max_size=20),
    st.binary(max_size=9),
    st.binary(max_size=9),
)
def test_any_value_is_found_inside_a_longer_base64_text(value: str, before: bytes, after: bytes) -> None:
    written = base64.b64encode(before + value.encode() + after)
    assert any(form in written for form in disguised(value))


def test_the_published_size_is_read_from_the_note(tmp_path: Path) -> None:
    assert published_size(tmp_path) == 0
    (tmp_path / "checkpoint").write_text("origin\n42\nroot\n\n— sig\n")
    assert published_size(tmp_path) == 42
