"""The page of error codes is the tables, printed."""

from pathlib import Path

from yumen.wechat.errors import CURES
from yumen.wechat.reference import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "wechat-errors.md"


def test_every_errcode_has_its_line():
    lines = page().splitlines()
    assert [e for e in CURES if not any(line.startswith(f"| {e} |") for line in lines)] == []


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == page()
