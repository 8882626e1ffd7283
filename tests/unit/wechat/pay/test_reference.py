"""The page of error codes is the tables, printed."""

from pathlib import Path

from yumen.wechat.pay.errors import RULINGS
from yumen.wechat.pay.reference import page

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "wechat-pay.md"


def test_every_code_has_its_line():
    lines = page().splitlines()
    assert [code for code in RULINGS if not any(line.startswith(f"| {code} |") for line in lines)] == []


def test_the_committed_page_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == page()
