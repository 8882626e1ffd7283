"""Texts are found by code, filled with facts, chosen by what the reader prefers."""

from __future__ import annotations

import pytest

from yumen.kit.i18n import Language, has_text, negotiate, text


def test_a_text_is_filled_with_its_facts() -> None:
    assert text("rate.exceeded", "en", seconds=3) == "Too many requests. Try again in 3 s."
    assert "3 秒" in text("rate.exceeded", "zh", seconds=3)


def test_a_missing_fact_stays_visible_and_a_missing_text_answers_its_code() -> None:
    assert "{seconds}" in text("rate.exceeded", "en")
    assert text("no.such.code", "en") == "no.such.code"
    assert not has_text("no.such.code")
    assert has_text("rate.exceeded")


def test_a_fact_that_is_a_code_is_said_in_words_where_there_are_any() -> None:
    assert text("order.not_possible", "en", state="shipped", act="ship") == (
        "This order is shipped; shipping it is not possible."
    )
    assert text("order.not_possible", "zh", state="shipped", act="ship") == "订单已发货，不能发货。"
    assert text("order.not_possible", "en", state="unheard", act="ship").startswith("This order is unheard;")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh-CN", "zh"),
        ("zh", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("fr;q=1, zh;q=0.5, en;q=0.4", "zh"),
        ("de", "en"),
        ("zh;q=x", "en"),
        ("," * 500, "en"),
    ],
)
def test_the_reader_gets_the_language_preferred(header: str | None, language: Language) -> None:
    assert negotiate(header) == language
