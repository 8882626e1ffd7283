"""What people see holds no secret and no person."""

import pytest

from yumen.audit.redact import personal, scrub, secret


def test_a_secret_shows_its_head_and_length_only():
    assert secret("wx3f0123456789abcdef01") == "wx3… (22)"


def test_a_short_secret_shows_nothing():
    assert secret("abc") == "… (3)"


@pytest.mark.parametrize(
    "value",
    [
        "13800138000",
        "310101198503120018",
        "6222020200112233445",
        "zhang@orvane.example",
        "o" + "aB3_-xY9z" * 3,
        "a" * 32,
    ],
)
def test_values_are_scrubbed_from_text(value):
    said = scrub(f"const a = '{value}' // 你好")
    assert value not in said
    assert said.startswith("const a = '")
    assert said.endswith("// 你好")


def test_a_key_block_is_scrubbed_to_its_end():
    block = "-----BEGIN " + "PRIVATE KEY-----\nMIIabc\nMIIdef\n-----END " + "PRIVATE KEY-----"
    assert "MII" not in scrub(f"x {block} y")


@pytest.mark.parametrize("text", ["version 1.2.3", "2026-11-26", "order 123456", "margin: 0 auto"])
def test_harmless_text_stays(text):
    assert scrub(text) == text


def test_a_person_keeps_first_and_last_character():
    assert personal("13800138000") == "1▒▒▒▒▒▒▒▒▒0"
    assert personal("ab") == "▒▒"
