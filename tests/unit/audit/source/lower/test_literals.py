"""Texts and their places."""

from yumen.audit.source.lower.literals import NOTED


def test_a_template_keeps_its_pieces(logged):
    assert logged("log(`a${b}c`, `d`, ``)") == ["('a' + b + 'c')", "'d'", "''"]


def test_escapes_are_read(logged):
    assert logged(r"log('\u624b\x41\n\'')") == [repr("手A\n'")]


def test_addresses_are_noted_with_place_and_names(facts_of):
    source = "const config = { api: { base: 'https://a.example' } }"
    (literal,) = facts_of(source).literals
    assert (literal.text, literal.names) == ("https://a.example", ("config", "api", "base"))
    assert source[literal.start : literal.end] == "https://a.example"


def test_words_are_not_noted():
    assert not NOTED.search("请输入手机号")
    assert not NOTED.search("pages/index/index")
    assert NOTED.search("10.1.2.3:8080")
