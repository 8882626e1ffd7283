"""Citations exist in both languages, with an address and a day to be read again."""

from datetime import date

import pytest

from yumen.law.articles import article, articles


def test_no_review_date_has_passed() -> None:
    assert [name for name, cited in articles().items() if cited.review_on < date.today()] == []  # noqa: DTZ011


def test_every_citation_is_told_in_both_languages_with_its_source() -> None:
    for name, cited in articles().items():
        assert cited.text("en").isascii(), name
        assert "第" in cited.text("zh"), name
        assert cited.source.startswith("https://"), name


def test_a_citation_is_found_by_its_name() -> None:
    assert article("pipl_39").text("en") == "PIPL art. 39"
    assert article("pipl_39").text("zh") == "个人信息保护法第三十九条"


def test_an_unknown_citation_is_an_error() -> None:
    with pytest.raises(KeyError):
        article("pipl_999")
